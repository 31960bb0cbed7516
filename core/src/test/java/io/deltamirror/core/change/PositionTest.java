package io.deltamirror.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PositionTest {
  @Test
  void ordersByGenerationThenUnsignedLsnThenOrdinal() {
    Position low = new Position(1, 5, 9);
    assertThat(new Position(2, 0, 0)).isGreaterThan(low);
    assertThat(new Position(1, 6, 0)).isGreaterThan(low);
    assertThat(new Position(1, 5, 10)).isGreaterThan(low);
    assertThat(new Position(1, 0x8000_0000_0000_0000L, 0)).isGreaterThan(low);
  }

  @Test
  void startStandsBeforeAndEndBehindEveryChange() {
    Position change = new Position(7, 100, 1_000_000);
    assertThat(Position.startOf(7)).isLessThan(change);
    assertThat(Position.endOf(7, 100)).isGreaterThan(change);
    assertThat(Position.endOf(7, 100)).isLessThan(new Position(7, 101, 1));
  }

  @Test
  void textReadsBack() {
    for (Position p :
        new Position[] {
          Position.startOf(0),
          new Position(1_700_000_000L, Position.parseLsn("16/B374D848"), 3),
          new Position(1, -1, 1),
          Position.endOf(3, 4)
        }) {
      assertThat(Position.parse(p.toString())).isEqualTo(p);
    }
    assertThat(new Position(5, Position.parseLsn("16/B374D848"), 3)).hasToString("5/16/B374D848/3");
  }

  @Test
  void refusesOtherText() {
    for (String text : new String[] {"", "1/2/3", "x/1/1/1", "1/1/1/-1", "1/G/1/1"}) {
      assertThatThrownBy(() -> Position.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
