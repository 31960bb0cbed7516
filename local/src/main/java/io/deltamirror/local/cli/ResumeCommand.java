package io.deltamirror.local.cli;

import io.deltamirror.core.schema.TableName;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code ./mirror resume}. */
@Command(
    name = "resume",
    mixinStandardHelpOptions = true,
    description =
        "Lets a failed table go on, once its cause is mended: what waits for it is applied in order.",
    footer = {"", "Example:", "  ./mirror resume public.orders --lake /data/lake"})
final class ResumeCommand extends TableCommand {
  @Override
  String ask(MirrorAccess mirror, TableName name) throws IOException, InterruptedException {
    mirror.resume(name);
    return "is to be resumed";
  }
}
