package io.deltamirror.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * End-to-end benchmarks. Machines differ and are noisy, so each figure is printed with its ratio to
 * a limit measured in the same run: what PostgreSQL delivers to a client that throws it away.
 */
@Command(name = "benchmarks", mixinStandardHelpOptions = true)
public final class Benchmarks implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      description = "copy (initial copy), drain (backlog of changes); both without any")
  private List<String> which = List.of("copy", "drain");

  @Option(names = "--rows", defaultValue = "5000000", description = "rows of the copied table")
  private long rows;

  @Option(
      names = "--transactions",
      defaultValue = "400000",
      description = "small transactions of the backlog, two changes each")
  private int transactions;

  @Option(
      names = "--large",
      defaultValue = "1000000",
      description = "changes of the backlog's one large transaction")
  private int large;

  private Benchmarks() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmarks()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("delta-mirror-benchmarks-");
    try {
      for (String one : which) {
        try (Bench bench = Bench.start(folder.resolve(one))) {
          switch (one) {
            case "copy" -> new CopyBenchmark(bench, rows).run();
            case "drain" -> new DrainBenchmark(bench, transactions, large).run();
            default -> throw new IllegalArgumentException("no benchmark " + one);
          }
        }
      }
      System.out.printf(
          Locale.ROOT,
          "peak resident memory of this process, PostgreSQL apart: %,d MB%n",
          PeakMemory.bytes() >> 20);
    } finally {
      io.deltamirror.local.demo.Demo.remove(folder);
    }
    return 0;
  }
}
