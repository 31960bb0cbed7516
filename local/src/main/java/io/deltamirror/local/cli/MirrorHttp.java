package io.deltamirror.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.json.Json;
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
final class MirrorHttp {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final String base;
  private final String mirror;

  MirrorHttp(String url, String mirror) {
    this.base = url.replaceAll("/+$", "") + "/api/v1/workspaces/local/mirroredDatabases/" + mirror;
    this.mirror = mirror;
  }

  MirrorReport status() throws InterruptedException {
    return Json.read(post("/getMirroringStatus").toString(), MirrorReport.class);
  }

  List<TableReport> tables() throws InterruptedException {
    List<TableReport> tables = new ArrayList<>();
    String query = "";
    do {
      JsonNode page = post("/getTablesMirroringStatus" + query);
      page.path("data")
          .forEach(table -> tables.add(Json.read(table.toString(), TableReport.class)));
      String token = page.path("continuationToken").asText("");
      query =
          token.isEmpty()
              ? ""
              : "?continuationToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
    } while (!query.isEmpty());
    return tables;
  }

  private JsonNode post(String path) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(base + path))
              .timeout(TIMEOUT)
              .POST(BodyPublishers.noBody())
              .build();
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      JsonNode body = Json.mapper().readTree(answer.body());
      if (answer.statusCode() != 200) {
        throw new MirrorException(
            answer.statusCode() == 404 ? ErrorCode.MIRROR_NOT_FOUND : ErrorCode.INTERNAL,
            "mirror '"
                + mirror
                + "': "
                + body.path("message").asText("HTTP " + answer.statusCode()));
      }
      return body;
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT,
          "no mirror answers at " + base + "; name it with --url, or --lake to read its state",
          e);
    }
  }
}
