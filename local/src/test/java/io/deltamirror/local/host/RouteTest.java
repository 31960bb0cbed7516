package io.deltamirror.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RouteTest {
  private final Route route = Route.parse("api", "v1/items/{id}/parts/{part}/status");

  @Test
  void parametersAreOneSegmentEachAndDecoded() {
    assertThat(match("/api/v1/items/a%20b+c/parts/%C3%BC%2Fx/status"))
        .contains(Map.of("id", "a b+c", "part", "ü/x"));
  }

  @Test
  void caseOfLettersDoesNotMatterButThatOfParametersIsKept() {
    assertThat(match("/API/V1/Items/Ab/parts/C/STATUS")).contains(Map.of("id", "Ab", "part", "C"));
  }

  @Test
  void otherPathsDoNotMatch() {
    assertThat(match("/api/v1/items/1/parts/2")).isEmpty();
    assertThat(match("/api/v1/items/1/parts/2/status/more")).isEmpty();
    assertThat(match("/api/v1/items//parts/2/status")).isEmpty();
    assertThat(match("/v1/items/1/parts/2/status")).isEmpty();
    assertThat(match("/")).isEmpty();
  }

  @Test
  void emptyPrefixIsNone() {
    assertThat(Route.parse("", "status").match(URI.create("/status"))).contains(Map.of());
  }

  @Test
  void formsThatThisHostDoesNotKnowAreRefused() {
    for (String template : new String[] {"{*rest}", "{id:int}", "{id?}", "a{id}", "{}"}) {
      assertThatThrownBy(() -> Route.parse("api", template))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private Optional<Map<String, String>> match(String path) {
    return route.match(URI.create(path));
  }
}
