package io.deltamirror.local.eventhubs;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What an acknowledged event has survived when its producer hears of it. */
public enum Durability {
  /**
   * Handed to the operating system: survives the death of this process ({@code kill -9}), not that
   * of the machine.
   */
  PROCESS {
    @Override
    void force(FileChannel file) {}

    @Override
    void forceDirectory(Path directory) {}
  },

  /**
   * Forced to the device before the acknowledgement: survives the machine too, at the price of a
   * flush for every publication.
   */
  MACHINE {
    @Override
    void force(FileChannel file) throws IOException {
      file.force(false);
    }

    @Override
    void forceDirectory(Path directory) throws IOException {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  };

  abstract void force(FileChannel file) throws IOException;

  /** Makes the names of new files in the directory as durable as their content. */
  abstract void forceDirectory(Path directory) throws IOException;
}
