package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.qpid.proton.amqp.DescribedType;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Source;

/**
 * Where a receiver wants to begin: the selector filter on the source of its link, such as {@code
 * amqp.annotation.x-opt-sequence-number >= '7'}. A position older than what is kept means the
 * oldest event kept.
 */
final class StartPosition {
  private static final Symbol SELECTOR = Symbol.valueOf("apache.org:selector-filter:string");
  private static final Pattern EXPRESSION =
      Pattern.compile("amqp\\.annotation\\.(x-opt-[a-z-]+) >(=?) '([^']*)'");
  private static final String LATEST = "@latest";

  private final PartitionLog log;

  StartPosition(PartitionLog log) {
    this.log = log;
  }

  LogReader open(Source source) throws AmqpFaultException, IOException {
    Map<?, ?> filters = source.getFilter();
    if (filters == null || !(filters.get(SELECTOR) instanceof DescribedType filter)) {
      return log.readFrom(LogPosition::sequence, 0);
    }
    String expression = String.valueOf(filter.getDescribed());
    Matcher matcher = EXPRESSION.matcher(expression);
    if (!matcher.matches()) {
      throw invalid("The filter '" + expression + "' is not supported.");
    }
    String value = matcher.group(3);
    if (value.equals(LATEST)) {
      return log.readFromEnd();
    }
    return open(matcher.group(1), number(value), matcher.group(2).isEmpty() ? 1 : 0);
  }

  /**
   * @param beyond 1 when the event at the value itself is not wanted
   */
  private LogReader open(String annotation, long value, int beyond)
      throws AmqpFaultException, IOException {
    LogPosition last = log.end().last();
    return switch (annotation) {
      case PublishedEvent.OFFSET -> {
        checkNotBeyond("offset", value, last.offset(), last.offset());
        yield log.readFrom(LogPosition::offset, value + beyond);
      }
      case PublishedEvent.SEQUENCE_NUMBER -> {
        checkNotBeyond("sequence number", value, last.sequence() + 1 - beyond, last.sequence());
        yield log.readFrom(LogPosition::sequence, value + beyond);
      }
      case PublishedEvent.ENQUEUED_TIME ->
          log.readFrom(LogPosition::enqueuedMillis, value + beyond);
      default -> throw invalid("A filter on '" + annotation + "' is not supported.");
    };
  }

  private static void checkNotBeyond(String what, long value, long limit, long last)
      throws AmqpFaultException {
    if (value > limit) {
      throw invalid(
          "The supplied "
              + what
              + " '"
              + value
              + "' is invalid. The last "
              + what
              + " in the system is '"
              + last
              + "'.");
    }
  }

  private static long number(String value) throws AmqpFaultException {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw invalid("'" + value + "' is not a position.");
    }
  }

  private static AmqpFaultException invalid(String description) {
    return new AmqpFaultException(AmqpFault.invalidArgument(description));
  }
}
