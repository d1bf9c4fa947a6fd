/* Says that a process may have as many open files as Elasticsearch insists on, where a node of a test
   cluster allows fewer. It has a handful of indices here. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int getrlimit(__rlimit_resource_t resource, struct rlimit *limit) {
    int result = syscall(SYS_prlimit64, 0, resource, 0, limit);
    if (resource == RLIMIT_NOFILE && limit->rlim_max < 65535) limit->rlim_cur = limit->rlim_max = 65535;
    return result;
}
