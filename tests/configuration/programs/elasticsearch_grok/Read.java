import java.util.Map;
import org.elasticsearch.grok.Grok;
import org.elasticsearch.grok.GrokBuiltinPatterns;
import org.elasticsearch.grok.PatternBank;

/** Prints what the first pattern that fits reads of a line: names and values, each with a NUL behind it. */
class Read {
    public static void main(String[] given) {
        PatternBank bank = GrokBuiltinPatterns.ecsV1Patterns();
        for (int at = 1; at < given.length; at++) {
            Map<String, Object> fields = new Grok(bank, given[at], System.err::println).captures(given[0]);
            if (fields != null) {
                fields.forEach((name, value) -> System.out.print(name + "\0" + value + "\0"));
                return;
            }
        }
    }
}
