package io.deltamirror.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name as shown by a test is a test. */
class GuaranteesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  /** Names that stand for any. */
  private static final Set<String> ANY = Set.of("XTest", "XIT");

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Map<String, String> sources = testSources();
    List<String> named = new ArrayList<>();
    TreeSet<String> missing = new TreeSet<>();
    for (Path document : documents()) {
      NAMED
          .matcher(Files.readString(document))
          .results()
          .filter(name -> !ANY.contains(name.group(1)))
          .forEach(
              name -> {
                named.add(name.group());
                if (!exists(sources.get(name.group(1)), name.group(2))) {
                  missing.add(ROOT.relativize(document) + " " + name.group());
                }
              });
    }

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(missing).isEmpty();
  }

  private static boolean exists(String source, String method) {
    return source != null && (method == null || isTest(source, method));
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

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      documents.add(ROOT.resolve(name));
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      documents.addAll(files.filter(file -> file.toString().endsWith(".md")).toList());
    }
    return documents;
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
