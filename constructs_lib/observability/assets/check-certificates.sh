#!/bin/bash
# Fails if a certificate of a file ends soon: within a quarter of its lifetime, and within 30 days at most. Who renews
# certificates does so earlier. The image has no openssl: begin and end stand one after the other in what is base64.
set -euo pipefail
now=$(date -u +%s)
failed=0
seconds() { # <a time as certificates have it, such as 261130131444>
  local text=$1
  if [ ${#text} = 12 ]; then text=20$text; fi
  date -u -d "${text:0:4}-${text:4:2}-${text:6:2} ${text:8:2}:${text:10:2}:${text:12:2}" +%s
}
times() { # of each certificate of a file
  local line body=
  while read -r line || [ -n "$line" ]; do
    case $line in
      *BEGIN*) body= ;;
      *END*)
        local hex time='(170d((3[0-9]){12})|180f((3[0-9]){14}))5a'
        hex=$(base64 -d <<<"$body" | od -An -v -tx1 | tr -d ' \n')
        if ! [[ $hex =~ $time$time ]]; then echo "$1: no certificate" >&2; return 1; fi
        local begin=${BASH_REMATCH[2]}${BASH_REMATCH[4]} end=${BASH_REMATCH[7]}${BASH_REMATCH[9]}
        # A digit is 3 and itself.
        echo "$(seconds "$(sed 's/3\(.\)/\1/g' <<<"$begin")") $(seconds "$(sed 's/3\(.\)/\1/g' <<<"$end")")" ;;
      *) body+=$line ;;
    esac
  done <"$1"
}
# A server shows the first of tls.crt. In ca.crt an old authority may be left beside the one that follows.
for file; do
  found=$(times "$file")
  case $file in
    */tls.crt) read -r begin end <<<"$found" ;;
    *) read -r begin end <<<"$(sort -n -k2 <<<"$found" | tail -n 1)" ;;
  esac
  soon=$(((end - begin) / 4 < 30 * 86400 ? (end - begin) / 4 : 30 * 86400))
  echo "$file ends in $(((end - now) / 86400)) days"
  if ((end - now < soon)); then failed=1; fi
done
exit $failed
