package io.deltamirror.local.host;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The moments of a timer, from an NCRONTAB expression of six fields (second, minute, hour, day,
 * month, day of the week with 0 for Sunday), in UTC as on the service. Immutable.
 */
final class Schedule {
  private final String expression;
  private final ExecutionTime times;

  private Schedule(String expression, Cron cron) {
    this.expression = expression;
    this.times = ExecutionTime.forCron(cron);
  }

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException when it is not one
   */
  static Schedule parse(String expression) {
    // Spring's dialect has NCRONTAB's fields, ranges and names.
    var dialect = CronDefinitionBuilder.instanceDefinitionFor(CronType.SPRING);
    return new Schedule(expression, new CronParser(dialect).parse(expression));
  }

  /** The first moment behind the given one; empty when there is none any more. */
  Optional<Instant> next(Instant after) {
    ZonedDateTime second = after.atZone(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS);
    return times.nextExecution(second).map(ZonedDateTime::toInstant);
  }

  @Override
  public String toString() {
    return expression;
  }
}
