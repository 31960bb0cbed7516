package io.deltamirror.local.faults;

import io.deltamirror.core.state.StateAddress;
import io.deltamirror.core.storage.LakeAddress;
import io.deltamirror.functions.ChangesHistory;
import io.deltamirror.functions.FunctionFactory;
import io.deltamirror.functions.FunctionServices;
import io.deltamirror.functions.FunctionSettings;
import io.deltamirror.local.host.HostConfiguration;
import io.deltamirror.local.host.HostOptions;
import io.deltamirror.local.host.LocalFunctionHost;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The functions in their host, with services of their own as in a process of their own. */
final class AppHost implements AutoCloseable {
  static final String CHANGES = "changes";
  static final String COPY_TASKS = "copy-tasks";

  private final FunctionServices services;
  private final LocalFunctionHost host;

  private AppHost(FunctionServices services, LocalFunctionHost host) {
    this.services = services;
    this.host = host;
  }

  /**
   * Starts it.
   *
   * @param patience with running invocations when it is closed; then they are interrupted
   */
  static AppHost start(StackFolders folders, String hubConnection, Duration patience)
      throws IOException {
    Map<String, String> settings =
        Map.of(
            FunctionSettings.STATE,
            StateAddress.ofFile(folders.stateFile().toAbsolutePath()),
            FunctionSettings.LAKE,
            LakeAddress.ofFolder(folders.lake().toAbsolutePath()),
            FunctionSettings.EVENT_HUBS,
            hubConnection,
            FunctionSettings.CHANGES_HUB,
            CHANGES,
            FunctionSettings.COPY_TASKS_HUB,
            COPY_TASKS);
    FunctionServices services =
        FunctionServices.open(
            FunctionSettings.from(settings),
            settings,
            unused -> Optional.empty(),
            ChangesHistory.from(settings));
    HostOptions options =
        new HostOptions(
            HostConfiguration.deployed(),
            settings,
            folders.checkpoints(),
            0,
            Optional.empty(),
            8 << 20,
            1 << 20,
            patience);
    try {
      return new AppHost(
          services,
          LocalFunctionHost.start(
              options, FunctionFactory.functions(), new FunctionFactory(() -> services)));
    } catch (IOException | RuntimeException e) {
      services.close();
      throw e;
    }
  }

  @Override
  public void close() {
    host.close();
    services.close();
  }
}
