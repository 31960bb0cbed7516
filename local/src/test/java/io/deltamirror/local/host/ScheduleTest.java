package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  /** A Thursday; the examples are those of the service's documentation of timer triggers. */
  private static final Instant NOW = Instant.parse("2026-11-05T10:02:03.500Z");

  @ParameterizedTest
  @CsvSource({
    "* * * * * *, 2026-11-05T10:02:04Z",
    "0 */5 * * * *, 2026-11-05T10:05:00Z",
    "0 0 * * * *, 2026-11-05T11:00:00Z",
    "0 0 */2 * * *, 2026-11-05T12:00:00Z",
    "'0 30 9 * * 1-5', 2026-11-06T09:30:00Z",
    "'0 30 9 * Jan Mon', 2027-01-04T09:30:00Z",
    "0 0 0 * * 0, 2026-11-08T00:00:00Z",
    "'0 5,8,10 * * * *', 2026-11-05T10:05:00Z",
  })
  void nextMomentIsTheFirstBehind(String expression, Instant next) {
    assertThat(Schedule.parse(expression).next(NOW)).contains(next);
  }

  @Test
  void momentItselfIsNotRepeated() {
    Instant moment = Instant.parse("2026-11-05T10:05:00Z");

    assertThat(Schedule.parse("0 */5 * * * *").next(moment))
        .contains(Instant.parse("2026-11-05T10:10:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * * *", "60 * * * * *", "0 0 0 * * 8", "every minute"})
  void otherTextIsRefused(String expression) {
    assertThatThrownBy(() -> Schedule.parse(expression))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
