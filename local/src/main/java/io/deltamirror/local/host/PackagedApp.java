package io.deltamirror.local.host;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import io.deltamirror.core.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A function app as it is deployed: the folder that {@code mvn package} leaves, with {@code
 * host.json}, a folder with a {@code function.json} per function, their jars and {@code lib/}. Its
 * classes see what is in there, the JDK, and the annotations and interfaces of Azure Functions;
 * nothing of the program that hosts them. Thread-safe.
 */
public final class PackagedApp implements AutoCloseable {
  private static final String FUNCTION = "function.json";

  private final HostConfiguration configuration;
  private final List<FunctionJson> functions;
  private final URLClassLoader classes;
  private final FunctionInstanceInjector instances;

  private PackagedApp(
      HostConfiguration configuration, List<FunctionJson> functions, URLClassLoader classes) {
    this.configuration = configuration;
    this.functions = functions;
    this.classes = classes;
    this.instances =
        ServiceLoader.load(FunctionInstanceInjector.class, classes)
            .findFirst()
            .orElseGet(PlainInstances::new);
  }

  /** Without an injector the service's worker calls the constructor without parameters. */
  private static final class PlainInstances implements FunctionInstanceInjector {
    @Override
    public <T> T getInstance(Class<T> functionClass) throws Exception {
      return functionClass.getConstructor().newInstance();
    }
  }

  /** What host and app share: the JDK, and what the service's Java worker brings. */
  private static final class SharedClasses extends ClassLoader {
    private static final String SHARED = "com.microsoft.azure.functions.";

    SharedClasses() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(SHARED)) {
        return PackagedApp.class.getClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }

  /**
   * Reads an app.
   *
   * @throws NoSuchFileException when the folder holds none
   * @throws IllegalArgumentException when a setting or a file of it has an unknown form
   */
  public static PackagedApp open(Path folder) throws IOException {
    HostConfiguration configuration;
    try (InputStream json = Files.newInputStream(folder.resolve("host.json"))) {
      configuration = HostConfiguration.read(json);
    }
    List<FunctionJson> functions = new ArrayList<>();
    Set<Path> jars = new LinkedHashSet<>();
    for (Path json : functionFiles(folder)) {
      Path home = json.getParent();
      FunctionJson function =
          new FunctionJson(
              home.getFileName().toString(), Json.mapper().readTree(Files.readString(json)));
      functions.add(function);
      jars.add(home.resolve(function.scriptFile()).normalize());
    }
    try (Stream<Path> libraries = Files.list(folder.resolve("lib"))) {
      libraries.sorted().forEach(jars::add);
    }
    return new PackagedApp(
        configuration,
        List.copyOf(functions),
        new URLClassLoader(addresses(jars), new SharedClasses()));
  }

  private static URL[] addresses(Set<Path> jars) throws IOException {
    List<URL> addresses = new ArrayList<>();
    for (Path jar : jars) {
      addresses.add(jar.toUri().toURL());
    }
    return addresses.toArray(URL[]::new);
  }

  private static List<Path> functionFiles(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.resolve(FUNCTION)).filter(Files::exists).sorted().toList();
    }
  }

  /** What its {@code host.json} says. */
  public HostConfiguration configuration() {
    return configuration;
  }

  FunctionInstanceInjector instances() {
    return instances;
  }

  List<FunctionDefinition> functions(HostConfiguration configuration, AppSettings settings) {
    return functions.stream()
        .map(function -> function.define(classes, configuration, settings))
        .toList();
  }

  /** Its classes cannot be loaded any more. */
  @Override
  public void close() throws IOException {
    classes.close();
  }
}
