package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.HttpResponseMessage;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.deadletter.BadEvent;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterApiTest {
  @TempDir private Path directory;
  private SqliteMirrorStore store;
  private MirrorControl control;
  private DeadLetterDesk desk;
  private DeadLetterApi api;
  private String id;

  @BeforeEach
  void open() throws IOException {
    store = new SqliteMirrorStore(directory.resolve("state.db"));
    control = new MirrorControl(store, Clock.systemUTC());
    control.define(
        new MirrorDefinition(
            "sales",
            new MirrorDefinition.Source("db", 5432, "shop", "mirror", Optional.empty()),
            List.of()));
    desk = TestDesk.of(control, store, directory);
    api = new DeadLetterApi(desk);
    id =
        new DeadLetters(new LocalLakeStorage(directory.resolve("lake")), Clock.systemUTC())
            .keep(
                new BadEvent(
                    DeadLetters.CHANGES,
                    1,
                    "a row's value".getBytes(StandardCharsets.UTF_8),
                    new MirrorException(ErrorCode.MALFORMED_EVENT, "bent"),
                    Optional.of("sales"),
                    Optional.of(7L),
                    Optional.of("public.orders")));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Request request() {
    return new Request(URI.create("http://localhost/x"), Map.of());
  }

  private static JsonNode json(HttpResponseMessage answer) throws IOException {
    return Json.mapper().readTree((String) answer.getBody());
  }

  @Test
  void lettersAreListedAndShownWithoutTheirBody() throws IOException {
    HttpResponseMessage list = api.list(request(), "sales", new Invocation());
    assertThat(json(list).get("data")).hasSize(1);
    assertThat(list.getBody().toString()).doesNotContain("a row's value");

    JsonNode letter = json(api.show(request(), "sales", id, new Invocation()));
    assertThat(letter.get("code").asText()).isEqualTo("MALFORMED_EVENT");
    assertThat(letter.get("table").asText()).isEqualTo("public.orders");
    assertThat(letter.get("bytes").asInt()).isEqualTo(13);
  }

  @Test
  void theStatusTellsThatThereAreSome() throws IOException {
    MirroringApi mirroring = new MirroringApi(control, desk);
    JsonNode status = json(mirroring.status(request(), "sales", new Invocation()));
    assertThat(status.at("/details/deadLetters").asText()).isEqualTo("1");
  }

  @Test
  void whatIsStillBadSaysWhyAndStays() throws IOException {
    JsonNode result = json(api.replay(request(), "sales", id, new Invocation()));
    assertThat(result.get("outcome").asText()).isEqualTo("StillBad");
    assertThat(result.get("message").asText()).contains("MALFORMED_EVENT");
    assertThat(json(api.list(request(), "sales", new Invocation())).get("data")).hasSize(1);
  }

  @Test
  void aDiscardedLetterIsGone() throws IOException {
    assertThat(api.discard(request(), "sales", id, new Invocation()).getStatusCode())
        .isEqualTo(200);
    HttpResponseMessage again = api.show(request(), "sales", id, new Invocation());
    assertThat(again.getStatusCode()).isEqualTo(404);
    assertThat(json(again).get("errorCode").asText()).isEqualTo("DEAD_LETTER_NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../../state/mirror.db", "changes-1-xyz", "", "%2e%2e"})
  void anIdThatIsNoneIsNotFound(String bad) {
    assertThat(api.show(request(), "sales", bad, new Invocation()).getStatusCode()).isEqualTo(404);
  }

  @Test
  void aTokenThatWasNotGivenOutIsRefused() {
    Request request =
        new Request(URI.create("http://localhost/x"), Map.of("continuationToken", "0../../x"));
    assertThat(api.list(request, "sales", new Invocation()).getStatusCode()).isBetween(400, 404);
  }

  @Test
  void anUnknownMirrorHasNone() {
    assertThat(api.list(request(), "absent", new Invocation()).getStatusCode()).isEqualTo(404);
  }
}
