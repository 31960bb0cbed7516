package io.deltamirror.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TableReport;
import io.deltamirror.core.json.Json;
import io.deltamirror.local.cli.Options.AccessOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private AccessOptions access;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    try (MirrorAccess mirror = access.open()) {
      print(mirror.status(), mirror.tables());
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
      out.println("mirror '" + access.name() + "': " + report.status().label());
      report.error().ifPresent(e -> out.println("! " + e.errorCode() + ": " + e.message()));
      report
          .details()
          .deadLetters()
          .ifPresent(
              number -> out.println("! dead letters: " + number + "; see ./mirror dead-letters"));
      TableLines lines = new TableLines();
      out.println(lines.heading());
      lines.lines(tables).forEach(out::println);
      ShapeLines.of(tables).forEach(out::println);
    }
    out.flush();
  }
}
