package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.change.Position;
import io.deltamirror.core.json.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeChangeTest {
  private static ShapeChange change(List<String> what, String columns) {
    return new ShapeChange(Position.startOf(1), Instant.EPOCH, what, columns, columns, 0);
  }

  @Test
  void isKeptAsItIs() {
    ShapeChange change = change(List.of("column a is dropped"), "a integer");

    assertThat(Json.read(Json.write(change), ShapeChange.class)).isEqualTo(change);
    assertThat(change.what()).containsExactly("column a is dropped");
  }

  @Test
  void thatOfAVeryWideTableIsCutOff() {
    ShapeChange change =
        change(Collections.nCopies(1600, "column x is dropped"), "x integer, ".repeat(1600));

    assertThat(change.what()).hasSize(20).endsWith("1581 more");
    assertThat(change.before()).hasSize(2_000).endsWith("…");
    assertThat(Json.read(Json.write(change), ShapeChange.class)).isEqualTo(change);
  }
}
