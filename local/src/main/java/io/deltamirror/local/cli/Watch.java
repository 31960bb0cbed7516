package io.deltamirror.local.cli;

import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.control.MirrorReport;
import io.deltamirror.core.control.TablePage;
import io.deltamirror.core.control.TableReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows a mirror's tables again and again. For one thread. */
public final class Watch {
  private final MirrorControl control;
  private final String mirror;
  private final PrintWriter out;
  private final TableLines lines = new TableLines();
  private List<String> shown = List.of();
  private boolean headed;

  public Watch(MirrorControl control, String mirror, PrintWriter out) {
    this.control = control;
    this.mirror = mirror;
    this.out = out;
  }

  /** Prints one line for each table. */
  public void print() {
    print(true);
  }

  /** As {@link #print()}, but only the lines that say something new. */
  public void printChanged() {
    print(false);
  }

  private void print(boolean all) {
    MirrorReport report = control.status(mirror);
    List<String> now = new ArrayList<>();
    report.error().ifPresent(e -> now.add("! " + e.errorCode() + ": " + e.message()));
    now.addAll(lines.lines(tables(control, mirror)));
    if (!headed && !now.isEmpty()) {
      out.println(lines.heading());
      headed = true;
    }
    now.stream().filter(line -> all || !shown.contains(line)).forEach(out::println);
    shown = now;
    out.flush();
  }

  /** All tables of a mirror, by name. */
  public static List<TableReport> tables(MirrorControl control, String mirror) {
    List<TableReport> tables = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      TablePage page = control.tables(mirror, token);
      tables.addAll(page.tables());
      token = page.continuationToken();
    } while (token.isPresent());
    return tables;
  }
}
