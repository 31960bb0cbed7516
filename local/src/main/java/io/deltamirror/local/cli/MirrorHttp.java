package io.deltamirror.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.lake.apply.DeadLetterReplay;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A mirror's HTTP functions, from the outside. */
final class MirrorHttp implements MirrorAccess {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String base;
  private final String mirror;

  MirrorHttp(String url, String mirror) {
    this.base =
        url.replaceAll("/+$", "") + "/api/v1/workspaces/local/mirroredDatabases/" + encoded(mirror);
    this.mirror = mirror;
  }

  @Override
  public MirrorReport status() throws InterruptedException {
    return Json.read(post("/getMirroringStatus").toString(), MirrorReport.class);
  }

  @Override
  public List<TableReport> tables() throws InterruptedException {
    return all("/getTablesMirroringStatus", TableReport.class);
  }

  @Override
  public List<DeadLetter> deadLetters() throws InterruptedException {
    return all("/deadLetters", DeadLetter.class);
  }

  private <T> List<T> all(String path, Class<T> type) throws InterruptedException {
    List<T> all = new ArrayList<>();
    String query = "";
    do {
      JsonNode page = post(path + query);
      page.path("data").forEach(element -> all.add(Json.read(element.toString(), type)));
      String token = page.path("continuationToken").asText("");
      query = token.isEmpty() ? "" : "?continuationToken=" + encoded(token);
    } while (!query.isEmpty());
    return all;
  }

  @Override
  public DeadLetter deadLetter(String id) throws InterruptedException {
    return Json.read(post("/deadLetters/" + encoded(id)).toString(), DeadLetter.class);
  }

  @Override
  public DeadLetterReplay.Result replay(String id) throws InterruptedException {
    return Json.read(
        post("/deadLetters/" + encoded(id) + "/replay").toString(), DeadLetterReplay.Result.class);
  }

  @Override
  public DeadLetter discard(String id) throws InterruptedException {
    return Json.read(post("/deadLetters/" + encoded(id) + "/discard").toString(), DeadLetter.class);
  }

  @Override
  public void resume(TableName table) throws InterruptedException {
    post("/resumeTable" + query(table));
  }

  @Override
  public void reseed(TableName table) throws InterruptedException {
    post("/reseedTable" + query(table));
  }

  private static String query(TableName table) {
    return "?sourceSchemaName="
        + encoded(table.schema())
        + "&sourceTableName="
        + encoded(table.name());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode post(String path) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + path))
              .timeout(TIMEOUT)
              .POST(BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw problem(answer);
      }
      return Json.mapper().readTree(answer.body());
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          "no mirror answers at " + base + "; name it with --url, or --lake to read its state",
          e);
    }
  }

  private MirrorException problem(HttpResponse<String> answer) {
    JsonNode body;
    try {
      body = Json.mapper().readTree(answer.body());
    } catch (JsonProcessingException e) {
      body = Json.mapper().createObjectNode();
    }
    ErrorCode code;
    try {
      code = ErrorCode.valueOf(body.path("errorCode").asText(""));
    } catch (IllegalArgumentException e) {
      code = answer.statusCode() == 404 ? ErrorCode.MIRROR_NOT_FOUND : ErrorCode.INTERNAL;
    }
    return new MirrorException(
        code,
        "mirror '" + mirror + "': " + body.path("message").asText("HTTP " + answer.statusCode()));
  }

  @Override
  public void close() {
    // The client's threads end with it.
  }
}
