package io.deltamirror.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Text from a source or an event does not drive the terminal of whoever reads it. */
class HostileTextTest {
  private final StringWriter screen = new StringWriter();

  @Test
  void whatCommandsPrintHasNoEscapeSequences() {
    try (PrintWriter out = PrintableWriter.to(screen)) {
      out.println("clear \u001b[2J title \u001b]0;owned\u0007 csi \u009b31m bidi \u202e");
      out.printf("%s%n", "carriage\rreturn");
      out.print('\u001b');
    }
    assertThat(screen.toString())
        .isEqualToNormalizingNewlines(
            "clear \\u001b[2J title \\u001b]0;owned\\u0007 csi \\u009b31m bidi \\u202e\n"
                + "carriage\\u000dreturn\n\\u001b");
  }

  @Test
  void failuresAreShownHarmlessly() {
    try (PrintWriter out = PrintableWriter.to(screen)) {
      Failures.print(new MirrorException(ErrorCode.SOURCE_FAILED, "x\u001b[2J"), out);
    }
    assertThat(screen.toString()).contains("x\\u001b[2J").doesNotContain("\u001b");
  }

  @Test
  void argumentsComeBackHarmlessly() {
    Commands wrong = Commands.run("dead-letters", "\u001b[2J", "--lake", "/nowhere\u001b[2J");
    assertThat(wrong.exitCode()).isEqualTo(2);
    assertThat(wrong.out() + wrong.err()).doesNotContain("\u001b");
    Commands help = Commands.run("dead-letters", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("./mirror dead-letters replay changes-3-");
  }
}
