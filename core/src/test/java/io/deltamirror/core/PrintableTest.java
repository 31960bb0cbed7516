package io.deltamirror.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.schema.TableName;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void ordinaryTextStays() {
    assertThat(Printable.line("Bestellungen \u00e4\u00f6 \u6ce8\u6587 \uD83D\uDE00"))
        .isEqualTo("Bestellungen \u00e4\u00f6 \u6ce8\u6587 \uD83D\uDE00");
  }

  @Test
  void whatDrivesATerminalOrForgesALineIsSpelledOut() {
    assertThat(Printable.line("a\u001b[2J\nb\u009b\u202e\uD800\u2028"))
        .isEqualTo("a\\u001b[2J\\u000ab\\u009b\\u202e\\ud800\\u2028");
    assertThat(Printable.lines("a\n\tb\u001b\r")).isEqualTo("a\n\tb\\u001b\\u000d");
  }

  @Test
  void aTableIsNamedInOneHarmlessLine() {
    assertThat(new TableName("public", "x\n2026 ERROR \u001b[31m"))
        .hasToString("public.x\\u000a2026 ERROR \\u001b[31m");
  }
}
