package io.deltamirror.core.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.RowStorage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TypeVersionsTest {
  private static final int LATE = 0xffff_fff0;

  private static TypeVersions of(String labels, boolean settled) {
    TypeVersion type = new TypeVersion(4_000_000_000L, 'e', labels, settled, "a \"b:+\" c\n");
    TypeVersions types = TypeVersions.parse(type.toString());
    assertThat(types.types().get(4_000_000_000L)).isEqualTo(type);
    assertThat(types.toString()).isEqualTo(type.toString());
    return types;
  }

  private static Optional<String> change(List<Integer> from, List<Integer> to) {
    return of(TypeVersion.labels(from), true).until(of(TypeVersion.labels(to), true));
  }

  @Test
  void onlyMoreLabelsAtTheEndAreNoChange() {
    assertThat(change(List.of(), List.of())).isEmpty();
    assertThat(change(List.of(), List.of(5))).isEmpty();
    assertThat(change(List.of(5, 5), List.of(5, 5, 5))).isEmpty();
    assertThat(change(List.of(5, 5), List.of(5, 5, 7, LATE, LATE))).isEmpty();
    assertThat(change(List.of(5, 5), List.of(5, 7))).isPresent();
    assertThat(change(List.of(5, 5), List.of(7, 5, 5))).isPresent();
    assertThat(change(List.of(5, 5), List.of(5))).isPresent();
    assertThat(change(List.of(LATE), List.of(5)))
        .hasValue("values of type a \"b:+\" c\n were renamed");
  }

  @Test
  void aTypeThatNobodyHasSeenBeforeIsNoChangeWhereItIsSettled() {
    TypeVersions none = TypeVersions.parse("");
    assertThat(none.until(of("5", true))).isEmpty();
    assertThat(none.until(of("5", false))).isPresent();
    assertThat(of("5", false).until(none)).isEmpty();
    assertThat(of("5", true).until(of("5", false))).isEmpty();
  }

  @Test
  void whatAnEarlierVersionWroteDoesNotKnowTypes() {
    RowStorage earlier = Json.read("{\"files\":\"f\",\"attributes\":\"a\"}", RowStorage.class);
    assertThat(earlier.knowsTypes()).isFalse();
    assertThat(Json.read("{\"files\":\"\",\"attributes\":\"\"}", RowStorage.class))
        .isEqualTo(RowStorage.UNKNOWN);
    RowStorage known = new RowStorage("f", "a", "");
    assertThat(known.knowsTypes()).isTrue();
    assertThat(Json.read(Json.write(known), RowStorage.class)).isEqualTo(known);
  }
}
