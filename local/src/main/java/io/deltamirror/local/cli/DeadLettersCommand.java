package io.deltamirror.local.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.json.Json;
import io.deltamirror.lake.apply.DeadLetterReplay;
import io.deltamirror.local.cli.Options.AccessOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./mirror dead-letters}: events that could not be used. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description =
        "Lists the events that could not be used, shows one, gives it in again once its cause is"
            + " mended, or discards it. Never shows the values of rows.",
    footer = {
      "",
      "Examples:",
      "  ./mirror dead-letters --lake /data/lake",
      "  ./mirror dead-letters replay changes-3-0f1e2d3c4b5a69788796a5b4c3d2e1f0",
      "",
      "Exit codes: 0 done, 1 replayed but still bad, 2 could not be done."
    })
final class DeadLettersCommand implements Callable<Integer> {
  private static final String FORMAT = "%-48s %-24s %-20s %-28s %s";

  @Spec private CommandSpec spec;
  @Mixin private AccessOptions access;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "list",
      description = "list, show, replay or discard (default: list)")
  private String action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "of the letter, as list prints it")
  private Optional<String> id;

  @Option(names = "--json", description = "as JSON")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    LogFile.warnings();
    try (MirrorAccess mirror = access.open()) {
      return switch (action) {
        case "list" -> list(mirror.deadLetters());
        case "show" -> show(mirror.deadLetter(id()));
        case "replay" -> replayed(mirror.replay(id()));
        case "discard" -> discarded(mirror.discard(id()));
        default ->
            throw new MirrorException(
                ErrorCode.INVALID_ARGUMENT,
                "'" + action + "' is not list, show, replay or discard");
      };
    }
  }

  private String id() {
    return id.orElseThrow(
        () -> new MirrorException(ErrorCode.INVALID_ARGUMENT, action + " needs the letter's id"));
  }

  private int list(List<DeadLetter> letters) throws IOException {
    if (json) {
      ObjectNode node = Json.mapper().createObjectNode();
      letters.forEach(letter -> node.withArray("data").add(Json.mapper().valueToTree(letter)));
      return print(node);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (letters.isEmpty()) {
      out.println("no dead letters");
    } else {
      out.println(line("id", "at", "code", "table", "message"));
      letters.forEach(
          letter ->
              out.println(
                  line(
                      letter.id(),
                      letter.at().toString(),
                      letter.code().name(),
                      letter.table().orElse("unknown"),
                      letter.message())));
    }
    out.flush();
    return 0;
  }

  private static String line(String... columns) {
    return String.format(Locale.ROOT, FORMAT, (Object[]) columns);
  }

  private int show(DeadLetter letter) throws IOException {
    return print(Json.mapper().valueToTree(letter));
  }

  private int replayed(DeadLetterReplay.Result result) throws IOException {
    int exitCode = result.outcome() == DeadLetterReplay.Outcome.STILL_BAD ? 1 : 0;
    if (json) {
      print(Json.mapper().valueToTree(result));
      return exitCode;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        result.outcome().label()
            + result.table().map(table -> " (" + table + ")").orElse("")
            + ": "
            + result.message());
    out.flush();
    return exitCode;
  }

  private int discarded(DeadLetter letter) throws IOException {
    if (json) {
      return print(Json.mapper().valueToTree(letter));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("discarded " + letter.id());
    letter
        .table()
        .ifPresent(
            table ->
                out.println("Its changes are gone; if " + table + " failed by it, reseed it."));
    out.flush();
    return 0;
  }

  private int print(Object node) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(node));
    out.flush();
    return 0;
  }
}
