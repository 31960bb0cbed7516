package io.deltamirror.core.storage;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.rest.Response;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import com.azure.storage.file.datalake.DataLakeDirectoryClient;
import com.azure.storage.file.datalake.DataLakeFileSystemClientBuilder;
import io.deltamirror.core.azure.AnswerRefusedException;
import io.deltamirror.core.azure.StorageRequests;
import io.deltamirror.core.storage.LakeStorage.LakeFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Removes folders: at once where the account has a hierarchical namespace, through its Data Lake
 * endpoint; elsewhere blob by blob. Thread-safe.
 */
final class BlobFolders {
  private static final HttpHeaderName CONTINUATION = HttpHeaderName.fromString("x-ms-continuation");
  private static final int MOST_STEPS = 1_000;

  private final BlobContainerClient container;
  private final BlobPaths paths;
  private final StorageRequests requests;
  private final BlobListing listing;
  private volatile Optional<Boolean> hierarchical = Optional.empty();

  BlobFolders(
      BlobContainerClient container,
      BlobPaths paths,
      StorageRequests requests,
      BlobListing listing) {
    this.container = container;
    this.paths = paths;
    this.requests = requests;
    this.listing = listing;
  }

  void delete(String folder) throws IOException {
    String name = paths.name(folder);
    BlobLakeStorage.asking(
        folder,
        () -> {
          if (hierarchical()) {
            deleteAtOnce(name);
          } else {
            deleteEach(listing.list(folder, ""));
          }
          return folder;
        });
  }

  /** Who may not ask is served as on any account: folders that are left empty show nowhere. */
  private boolean hierarchical() {
    if (hierarchical.isEmpty()) {
      try {
        hierarchical =
            Optional.of(
                requests.run(
                    unanswered ->
                        container
                            .getServiceClient()
                            .getAccountInfo()
                            .isHierarchicalNamespaceEnabled()));
      } catch (RuntimeException e) {
        if (StorageRequests.status(e) != 403) {
          throw e;
        }
        hierarchical = Optional.of(false);
      }
    }
    return hierarchical.get();
  }

  /** The Data Lake endpoint of an account; the same address where it is not one of the cloud. */
  private static String dataLake(String blobs) {
    return blobs.replaceFirst("\\.blob\\.", ".dfs.");
  }

  private void deleteAtOnce(String name) throws IOException {
    DataLakeDirectoryClient directory =
        new DataLakeFileSystemClientBuilder()
            .endpoint(dataLake(container.getAccountUrl()))
            .fileSystemName(container.getBlobContainerName())
            .pipeline(container.getHttpPipeline())
            .buildClient()
            .getDirectoryClient(name);
    for (int step = 0; step < MOST_STEPS; step++) {
      if (!deletedInPart(directory)) {
        return;
      }
    }
    throw new AnswerRefusedException("a folder that does not end");
  }

  /** The service may stop after a while and say that there is more. */
  private boolean deletedInPart(DataLakeDirectoryClient directory) {
    return requests.run(
        unanswered -> {
          try {
            Response<Void> response =
                directory.deleteRecursivelyWithResponse(null, null, Context.NONE);
            return response.getHeaders().getValue(CONTINUATION) != null;
          } catch (RuntimeException e) {
            if (BlobFaults.isMissing(e)) {
              return false;
            }
            throw e;
          }
        });
  }

  private void deleteEach(List<LakeFile> files) {
    for (LakeFile file : files) {
      requests.run(
          unanswered ->
              container
                  .getBlobClient(paths.name(file.path()))
                  .deleteIfExistsWithResponse(
                      DeleteSnapshotsOptionType.INCLUDE, null, null, Context.NONE));
    }
  }
}
