package io.deltamirror.local.cli;

import io.deltamirror.core.Printable;
import io.deltamirror.lake.verify.Outcome;
import io.deltamirror.lake.verify.TableReport;
import io.deltamirror.lake.verify.VerifyReport;
import java.io.PrintWriter;
import java.util.Locale;

/** The outcome of a comparison for people. */
public final class VerifyText {
  private VerifyText() {}

  /** Prints it; the line {@code verified: …} is what scripts look for. */
  public static void print(VerifyReport report, PrintWriter out) {
    for (TableReport table : report.tables()) {
      if (table.outcome() != Outcome.EQUAL) {
        out.println(Printable.line(table.table() + ": " + line(table)));
      }
      if (table.outcome() == Outcome.DIFFERENT) {
        table.first().forEach(row -> out.println("  " + Printable.line(row.toString())));
      }
    }
    out.printf(
        Locale.ROOT,
        "verified: %d tables, %d rows, %d differences%n",
        report.compared(),
        report.rows(),
        report.differences());
    if (report.tables().isEmpty()) {
      out.println("cannot tell: there is no table to compare");
    }
    if (report.undecided() > 0) {
      out.println("cannot tell for " + report.undecided() + " tables");
    }
    out.flush();
  }

  private static String line(TableReport table) {
    return switch (table.outcome()) {
      case EQUAL -> "equal, " + rows(table);
      case DIFFERENT -> number(table) + " differences, " + rows(table) + reason(table, "; ");
      case INSERT_ONLY ->
          "insert-only: "
              + number(table)
              + " rows differ"
              + reason(table, ", as ")
              + "; "
              + rows(table);
      case UNDECIDED -> "cannot tell, " + rows(table) + reason(table, "; ");
    };
  }

  private static String number(TableReport table) {
    String least = table.counted() ? "" : "at least ";
    return String.format(Locale.ROOT, "%s%,d", least, table.differences());
  }

  private static String rows(TableReport table) {
    return String.format(
        Locale.ROOT,
        "%,d rows at the source, %,d in the mirror",
        table.sourceRows(),
        table.mirrorRows());
  }

  private static String reason(TableReport table, String before) {
    return table.reason().map(reason -> before + reason).orElse("");
  }
}
