package io.deltamirror.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.functions.HttpResponseMessage;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.ShapeHistory;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.core.state.TableState;
import io.deltamirror.core.state.TableStatus;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirroringApiTest {
  private static final Instant NOW = Instant.parse("2026-11-05T10:00:00Z");
  private static final String ADDRESS =
      "http://localhost:7071/api/v1/workspaces/w/mirroredDatabases/sales/getTablesMirroringStatus";

  @TempDir private Path directory;
  private SqliteMirrorStore store;
  private MirrorControl control;
  private MirroringApi api;

  @BeforeEach
  void open() {
    store = new SqliteMirrorStore(directory.resolve("state.db"));
    control = new MirrorControl(store, InstantSource.fixed(NOW));
    api = new MirroringApi(control, TestDesk.of(control, store, directory));
    control.define(
        new MirrorDefinition(
            "sales",
            new MirrorDefinition.Source("db", 5432, "shop", "mirror", Optional.empty()),
            List.of()));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void startAndStopAnswerWithNothingAndAreRecorded() {
    HttpResponseMessage started = api.start(request(), "sales", new Invocation());
    assertThat(started.getStatusCode()).isEqualTo(200);
    assertThat(started.getBody()).isNull();
    assertThat(control.status("sales").status()).isEqualTo(Phase.STARTING);

    HttpResponseMessage stopped = api.stop(request(), "sales", new Invocation());
    assertThat(stopped.getStatusCode()).isEqualTo(200);
    assertThat(stopped.getBody()).isNull();
    assertThat(control.status("sales").status()).isEqualTo(Phase.STOPPING);
  }

  @Test
  void statusIsJson() throws Exception {
    HttpResponseMessage answer = api.status(request(), "sales", new Invocation());

    assertThat(answer.getStatusCode()).isEqualTo(200);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/json");
    assertThat(json(answer).get("status").asText()).isEqualTo("Initialized");
  }

  @Test
  void continuationTokenAndUriLeadToTheLastPage() throws Exception {
    MirrorState state = new MirrorState(store, "sales");
    for (int oid = 1; oid <= 101; oid++) {
      state.tables().put(TableState.document(oid), table(oid));
    }

    Request first = new Request(URI.create(ADDRESS + "?code=secret"), Map.of("code", "secret"));
    JsonNode page = json(api.tables(first, "sales", new Invocation()));
    assertThat(page.get("data")).hasSize(100);
    String token = page.get("continuationToken").asText();
    assertThat(page.get("continuationUri").asText())
        .isEqualTo(ADDRESS + "?continuationToken=" + token);

    Request next = new Request(URI.create(ADDRESS), Map.of("continuationToken", token));
    JsonNode last = json(api.tables(next, "sales", new Invocation()));
    assertThat(last.get("data")).hasSize(1);
    assertThat(last.get("data").get(0).get("sourceTableName").asText()).isEqualTo("t101");
    assertThat(last.has("continuationToken")).isFalse();
    assertThat(last.has("continuationUri")).isFalse();
  }

  @Test
  void unknownMirrorIsAProblemWithFabricsMembers() throws Exception {
    HttpResponseMessage answer = api.start(request(), "absent", new Invocation());

    assertThat(answer.getStatusCode()).isEqualTo(404);
    assertThat(answer.getHeader("Content-Type")).isEqualTo("application/problem+json");
    assertThat(json(answer))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    """
                    {"type": "urn:delta-mirror:error:MIRROR_NOT_FOUND",
                     "title": "There is no such mirror.",
                     "status": 404,
                     "detail": "no mirror of that name is defined",
                     "errorCode": "MIRROR_NOT_FOUND",
                     "message": "no mirror of that name is defined",
                     "requestId": "7d1c9f0e-invocation",
                     "moreDetails": [{"errorCode": "MIRROR_NOT_FOUND",
                       "message": "List the mirrors and check the name."}],
                     "isRetriable": false,
                     "relatedResource": {"resourceId": "absent",
                       "resourceType": "MirroredDatabase"}}
                    """));
  }

  @Test
  void inventedTokenIsABadRequest() throws Exception {
    Request request = new Request(URI.create(ADDRESS), Map.of("continuationToken", "%%%"));

    HttpResponseMessage answer = api.tables(request, "sales", new Invocation());

    assertThat(answer.getStatusCode()).isEqualTo(400);
    assertThat(json(answer).get("errorCode").asText()).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void unreachableStateIsRetriable() throws Exception {
    store.close();

    HttpResponseMessage answer = api.status(request(), "sales", new Invocation());

    assertThat(answer.getStatusCode()).isEqualTo(503);
    assertThat(json(answer).get("isRetriable").asBoolean()).isTrue();
  }

  @Test
  void unexpectedFailureIsLoggedAndKeepsItsTextInside() throws Exception {
    MirroringApi broken =
        new MirroringApi(
            new MirrorControl(
                store,
                () -> {
                  throw new IllegalStateException("clock of 10.1.2.3");
                }),
            TestDesk.of(control, store, directory));
    Invocation invocation = new Invocation();

    HttpResponseMessage answer = broken.start(request(), "sales", invocation);

    assertThat(answer.getStatusCode()).isEqualTo(500);
    assertThat((String) answer.getBody()).contains("INTERNAL").doesNotContain("10.1.2.3");
    assertThat(invocation.messages()).hasSize(1);
  }

  private static Request request() {
    return new Request(URI.create(ADDRESS), Map.of());
  }

  private static JsonNode json(HttpResponseMessage answer) throws Exception {
    return Json.mapper().readTree((String) answer.getBody());
  }

  private static TableState table(int oid) {
    return new TableState(
        oid,
        new TableName("public", "t%03d".formatted(oid)),
        TableStatus.REPLICATING,
        1,
        SeedStage.LIVE,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        NOW,
        ShapeHistory.NONE);
  }
}
