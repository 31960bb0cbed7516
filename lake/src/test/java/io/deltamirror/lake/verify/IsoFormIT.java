package io.deltamirror.lake.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** PostgreSQL itself says how it prints dates and times. */
class IsoFormIT {
  private static final long FIRST_MICROS = -210_800_000_000_000_000L; // 4711 BC
  private static final long LAST_MICROS = Long.MAX_VALUE - 86_400_000_000L;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private static String text(Consumer<RowImage> value) {
    RowImage image = RowImage.keyed(1, new int[] {0});
    image.begin();
    value.accept(image);
    image.end();
    return new String(image.key().value(0), StandardCharsets.US_ASCII);
  }

  /** Times of all lengths of a fraction, near and far from today. */
  private static long randomMicros(Random random) {
    LongUnaryOperator clip = micros -> Math.max(FIRST_MICROS, Math.min(micros, LAST_MICROS));
    long micros = clip.applyAsLong(random.nextLong() >> random.nextInt(40));
    long unit = (long) Math.pow(10, random.nextInt(8));
    return micros / unit * unit;
  }

  @Test
  void printsAsPostgresDoes() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (SourceDatabase source = new SourceDatabase();
        Connection connection = source.session().open();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 1000; i++) {
        long micros = randomMicros(random);
        long days = Math.floorDiv(micros, MICROS_PER_DAY);
        String sql =
            String.format(
                "SELECT t, t AT TIME ZONE 'UTC', date '1970-01-01' + %d"
                    + " FROM (SELECT timestamp '1970-01-01' + interval '%d days'"
                    + " + interval '%d microseconds') AS x (t)",
                days, days, Math.floorMod(micros, MICROS_PER_DAY));
        try (ResultSet row = statement.executeQuery(sql)) {
          row.next();
          assertThat(text(into -> IsoForm.putTimestamp(micros, false, into)))
              .as("seed %s", seed)
              .isEqualTo(row.getString(1));
          assertThat(text(into -> IsoForm.putTimestamp(micros, true, into)))
              .as("seed %s", seed)
              .isEqualTo(row.getString(2));
          assertThat(text(into -> IsoForm.putDate(days, into)))
              .as("seed %s", seed)
              .isEqualTo(row.getString(3));
        }
      }
    }
  }
}
