package io.deltamirror.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
  private static final Path DOCUMENT = Path.of("../docs/errors.md");

  @Test
  void theDocumentSaysWhatTheCodeSays() throws IOException {
    String table =
        Arrays.stream(ErrorCode.values())
            .map(
                code ->
                    String.format(
                        "| `%s` | %s | %s | %s |",
                        code, code.summary(), code.remedy(), code.retriable() ? "yes" : "no"))
            .collect(Collectors.joining("\n"));
    assertThat(Files.readString(DOCUMENT)).contains(table);
  }
}
