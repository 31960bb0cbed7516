package io.deltamirror.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/guarantees.md names as shown by a test is a test. */
class GuaranteesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    List<MatchResult> named =
        NAMED
            .matcher(Files.readString(ROOT.resolve("docs").resolve("guarantees.md")))
            .results()
            .toList();
    Map<String, String> sources = testSources();

    TreeSet<String> missing =
        named.stream()
            .filter(name -> !isTest(sources.getOrDefault(name.group(1), ""), name.group(2)))
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(missing).isEmpty();
  }

  /** What is not private in a class of tests, and gives nothing back, is one. */
  private static boolean isTest(String source, String method) {
    return source.contains("\n  void " + method + "(");
  }

  /** Classes of the same name in several modules count as one. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module)) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          sources.merge(name, Files.readString(file), String::concat);
        }
      }
    }
    return sources;
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders
          .map(folder -> folder.resolve(Path.of("src", "test", "java")))
          .filter(Files::isDirectory)
          .toList();
    }
  }
}
