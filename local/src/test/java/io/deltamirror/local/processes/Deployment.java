package io.deltamirror.local.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.source.SourceSession;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.state.MirrorDefinition;
import io.deltamirror.core.state.MirrorDefinition.Source;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.lake.verify.VerifyReport;
import io.deltamirror.local.eventhubs.LocalEventHubs;
import io.deltamirror.local.eventhubs.LocalEventHubsOptions;
import io.deltamirror.local.host.FunctionHostMain;
import io.deltamirror.local.stack.Verification;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mirror as it is deployed: what {@code mvn package} leaves of worker and functions, each in
 * its own process and set up by environment variables alone. State and lake are wherever the
 * addresses say; the hubs are served by this process.
 */
final class Deployment implements AutoCloseable {
  static final String MIRROR = "shop";

  private static final Path WORKER = Path.of("../capture-worker/target/app/capture-worker.jar");
  private static final Path FUNCTIONS = Path.of("../functions/target/azure-functions/delta-mirror");

  private final Path folder;
  private final Map<String, String> settings;
  private final LocalEventHubs hubs;
  private final MirrorStore store;
  private final SourceSession source;

  /**
   * Starts the hubs, and defines the mirror.
   *
   * @param folder for logs, hubs and checkpoints
   * @param addresses of state and lake, and what they need
   */
  Deployment(Path folder, Source source, Map<String, String> addresses) throws IOException {
    for (Path packaged : List.of(WORKER, FUNCTIONS.resolve("host.json"))) {
      assertThat(packaged)
          .as("run `mvn package -DskipTests -pl capture-worker,functions -am` first")
          .exists();
    }
    this.folder = folder;
    this.hubs =
        LocalEventHubs.start(
            LocalEventHubsOptions.in(Files.createDirectories(folder.resolve("hubs")))
                .withHub("changes", 3)
                .withHub("copy-tasks", 2));
    this.settings = new HashMap<>(addresses);
    settings.put("EVENT_HUBS", hubs.connectionString());
    settings.put("CHANGES_HUB", "changes");
    settings.put("COPY_TASKS_HUB", "copy-tasks");
    this.source = new SourceSession(source, server -> Optional.empty());
    this.store = StateAddress.open(settings.get(StateAddress.SETTING));
    new MirrorControl(store, Clock.systemUTC())
        .define(new MirrorDefinition(MIRROR, source, List.of()));
  }

  /** Connection string of the hubs. */
  String hubs() {
    return hubs.connectionString();
  }

  MirrorState state() {
    return new MirrorState(store, MIRROR);
  }

  /** Starts a capture worker as its image does. */
  ServiceProcess worker(Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("MIRROR_HEALTH_PORT", "0");
    environment.putAll(more);
    return ServiceProcess.start(
        java("-jar", WORKER.toRealPath().toString()), environment, log("worker.log"));
  }

  /** Starts a host with the packaged function app. */
  ServiceProcess functions(Map<String, String> more) throws IOException {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("AzureWebJobsScriptRoot", FUNCTIONS.toRealPath().toString());
    environment.put("MIRROR_HOST_CHECKPOINTS", folder.resolve("checkpoints").toString());
    environment.put("MIRROR_HOST_PORT", "0");
    environment.putAll(more);
    String host = FunctionHostMain.class.getName();
    return ServiceProcess.start(
        java("-cp", System.getProperty("java.class.path"), host),
        environment,
        log("functions.log"));
  }

  /** Where the process's output goes; lives of the same part follow each other. */
  Path log(String name) {
    return folder.resolve(name);
  }

  /** Bounds of a small container, and what starts fast. */
  private static List<String> java(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-BytecodeVerificationRemote"));
    command.addAll(List.of("-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** What people and scripts do over HTTP: {@code startMirroring} and the like. */
  static String post(String functionsUrl, String verb) throws IOException, InterruptedException {
    String address =
        functionsUrl + "/api/v1/workspaces/any/mirroredDatabases/" + MIRROR + "/" + verb;
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address)).POST(BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Compares every row of every table with its source, once the mirror has caught up. */
  VerifyReport verify() throws InterruptedException {
    return new Verification(
            source,
            new TablePatterns(List.of()),
            LakeAddress.open(settings.get(LakeAddress.SETTING)),
            state())
        .run(System.out::println);
  }

  @Override
  public void close() {
    store.close();
    hubs.close();
  }
}
