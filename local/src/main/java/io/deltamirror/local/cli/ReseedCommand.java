package io.deltamirror.local.cli;

import io.deltamirror.core.schema.TableName;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code ./mirror reseed}. */
@Command(
    name = "reseed",
    mixinStandardHelpOptions = true,
    description = "Copies a table anew. What is readable stays so until the copy is there.",
    footer = {"", "Example:", "  ./mirror reseed public.orders --lake /data/lake"})
final class ReseedCommand extends TableCommand {
  @Override
  String ask(MirrorAccess mirror, TableName name) throws IOException, InterruptedException {
    mirror.reseed(name);
    return "is to be reseeded";
  }
}
