package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.azurite.BentStorage;
import io.deltamirror.core.azurite.TestLimits;
import io.deltamirror.core.state.MirrorStore.Document;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Table service that answers what no Table service answers: bounded, and refused. */
@Timeout(120)
class BentTableAnswersTest {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final Document READ = new Document("m", "a", "1", "W/\"1\"");

  private final BentStorage bent = new BentStorage("http://127.0.0.1:1");
  private MirrorStore store;

  @BeforeEach
  void start() {
    bent.bend(
        line -> line.startsWith("POST") && line.endsWith("Tables"),
        1,
        request -> request.answer(409, JSON, new byte[0]));
    String connection = Azurite.connection(bent.address(), bent.address());
    store =
        TableStorage.open(new StorageAccount.ByConnection(connection), "state", TestLimits.quick());
  }

  @AfterEach
  void stop() {
    bent.close();
  }

  private void answers(int status, Map<String, String> headers, String body) {
    Map<String, String> all = new HashMap<>(JSON);
    all.putAll(headers);
    bent.bend(
        line -> true,
        1_000_000,
        request -> request.answer(status, all, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE));
  }

  private static String entity(String name, String properties) {
    return """
        {"PartitionKey":"m","RowKey":"%s","odata.etag":"W/\\"1\\"","write":"w"%s}"""
        .formatted(name, properties);
  }

  @Test
  void aDocumentIsRead() {
    answers(200, Map.of(), entity("a", ",\"parts\":1,\"length\":3,\"text00\":\"one\""));
    assertThat(store.get("m", "a")).contains(new Document("m", "a", "one", "W/\"1\""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"parts\":1,\"length\":3",
        ",\"parts\":1,\"length\":4,\"text00\":\"one\"",
        ",\"parts\":2,\"length\":3,\"text00\":\"one\"",
        ",\"parts\":-1,\"length\":0",
        ",\"parts\":0,\"length\":-1",
        ",\"parts\":1000000,\"length\":3,\"text00\":\"one\"",
        ",\"parts\":1,\"length\":400001,\"text00\":\"one\"",
        ",\"parts\":1,\"length\":3,\"text00\":7",
        ",\"parts\":1,\"length\":3,\"packed00\":\"one\"",
        ",\"parts\":\"1\",\"length\":3,\"text00\":\"one\""
      })
  void anEntityThatIsNoDocumentIsRefused(String properties) {
    answers(200, Map.of(), entity("a", properties));
    assertUnavailable(() -> store.get("m", "a"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "[1,2]", "{", "null", "7", "{}", "{\"PartitionKey\":7}"})
  void garbageInsteadOfAnAnswerIsRefused(String body) {
    answers(200, Map.of(), body);
    assertUnavailable(() -> store.get("m", "a"));
    assertUnavailable(() -> store.create("m", "a", "1"));
    assertUnavailable(() -> store.replace(READ, "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "application/xml", "", "application/octet-stream"})
  void anotherTypeThanJsonIsRefused(String type) {
    answers(200, Map.of("Content-Type", type), "<html/>");
    assertUnavailable(() -> store.get("m", "a"));
    assertUnavailable(() -> store.list("m", ""));
  }

  @Test
  void aWriteWithoutAnEtagIsNotTakenForDone() {
    answers(204, Map.of(), "");
    assertUnavailable(() -> store.create("m", "a", "1"));
    assertUnavailable(() -> store.replace(READ, "2"));
  }

  @Test
  void aListThatNeverEndsIsRefused() {
    answers(
        200,
        Map.of("x-ms-continuation-NextPartitionKey", "m", "x-ms-continuation-NextRowKey", "again"),
        "{\"value\":[]}");
    assertUnavailable(() -> store.list("m", ""));
    assertThat(bent.seen().size()).isLessThan(10);
    assertUnavailable(() -> store.mirrors());
  }

  @Test
  void mirrorsThatComeAgainAreRefused() {
    answers(200, Map.of(), "{\"value\":[" + entity("a", "") + "]}");
    assertUnavailable(() -> store.mirrors());
  }

  @Test
  void documentsThatWereNotAskedForAreRefused() {
    answers(
        200,
        Map.of(),
        "{\"value\":[" + entity("table:1", ",\"parts\":1,\"length\":3,\"text00\":\"one\"") + "]}");
    assertThat(store.list("m", "table:")).hasSize(1);
    assertUnavailable(() -> store.list("m", "part:"));
    assertUnavailable(() -> store.list("n", "table:"));
  }

  @Test
  void anAnswerWithoutEndIsCutOff() {
    bent.bend(
        line -> true,
        100,
        request -> request.pour(200, JSON, Stream.generate(() -> new byte[1 << 20]).iterator()));
    assertUnavailable(() -> store.get("m", "a"));
  }

  @Test
  void aRedirectToAnotherHostIsNotFollowed() {
    try (BentStorage other = new BentStorage("http://127.0.0.1:1")) {
      answers(307, Map.of("Location", other.address() + "/devstoreaccount1/state"), "");
      assertUnavailable(() -> store.get("m", "a"));
      assertUnavailable(() -> store.create("m", "a", "1"));
      assertThat(other.seen()).isEmpty();
    }
  }
}
