package io.deltamirror.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.json.Json;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.SqliteMirrorStore;
import io.deltamirror.local.stack.LocalStack;
import io.deltamirror.local.stack.StackOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./mirror status}: how a mirror and its tables are. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Shows how a mirror and its tables are: asks the running stack, or reads the lake.")
final class StatusCommand implements Callable<Integer> {
  static final String DEFAULT_MIRROR = "mirror";

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://localhost:" + StackOptions.DEFAULT_HTTP_PORT,
      description = "where the HTTP functions are (default: http://localhost:7071)")
  private String url;

  @Option(
      names = "--lake",
      paramLabel = "DIR",
      description = "read the state beside this lake instead of asking over HTTP")
  private Optional<Path> lake;

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "read this state instead of asking over HTTP")
  private Optional<Path> state;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = DEFAULT_MIRROR,
      description = "name of the mirror (default: mirror)")
  private String name;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    if (lake.isEmpty() && state.isEmpty()) {
      MirrorHttp http = new MirrorHttp(url, name);
      print(http.status(), http.tables());
      return 0;
    }
    Path folder = state.orElseGet(() -> new StateFolder(lake.get()).resolve(Optional.empty()));
    Path file = LocalStack.stateFile(folder);
    if (!Files.exists(file)) {
      throw new MirrorException(ErrorCode.MIRROR_NOT_FOUND, "there is no state in " + folder);
    }
    try (MirrorStore store = new SqliteMirrorStore(file)) {
      MirrorControl control = new MirrorControl(store, Clock.systemUTC());
      print(control.status(name), Watch.tables(control, name));
    }
    return 0;
  }

  private void print(MirrorReport report, List<TableReport> tables) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode node = Json.mapper().valueToTree(report);
      List<JsonNode> data = new ArrayList<>();
      tables.forEach(table -> data.add(Json.mapper().valueToTree(table)));
      node.putArray("data").addAll(data);
      out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    } else {
      out.println("mirror '" + name + "': " + report.status().label());
      report.error().ifPresent(e -> out.println("! " + e.errorCode() + ": " + e.message()));
      TableLines lines = new TableLines();
      out.println(lines.heading());
      lines.lines(tables).forEach(out::println);
    }
    out.flush();
  }
}
