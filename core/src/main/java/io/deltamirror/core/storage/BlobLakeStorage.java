package io.deltamirror.core.storage;

import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.specialized.BlockBlobClient;
import io.deltamirror.core.azure.AnswerRefusedException;
import io.deltamirror.core.azure.StorageRequests;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The lake in a container of Azure Blob storage, of OneLake, or of Azurite. Thread-safe.
 *
 * <p>A small file is one Put Blob, so it appears whole. A large one is staged in blocks of 8 MiB,
 * of which it holds one in memory, and appears with the list of its blocks. What was staged and
 * never listed is invisible, and the service removes it after a week.
 *
 * <p>A create whose answer is lost is sent again, and then meets what it has written itself. So
 * each carries an id in the blob's metadata, by which it is known again: exactly one of several
 * creators succeeds, and none that has succeeded is told that the file was there.
 */
public final class BlobLakeStorage implements LakeStorage {
  /** Metadata of a blob: the id of the create that made it. */
  private static final String WRITE = "mirrorwrite";

  private final BlobContainerClient container;
  private final BlobPaths paths;
  private final StorageRequests requests;
  private final BlobRanges ranges;
  private final BlobListing listing;
  private final BlobFolders folders;

  BlobLakeStorage(
      BlobContainerClient container, BlobPaths paths, StorageRequests requests, int page) {
    this.container = container;
    this.paths = paths;
    this.requests = requests;
    this.ranges = new BlobRanges(container, paths, requests);
    this.listing = new BlobListing(container, paths, requests, page);
    this.folders = new BlobFolders(container, paths, requests, listing);
  }

  @Override
  public String root() {
    return container.getAccountUrl()
        + "/"
        + container.getBlobContainerName()
        + "/"
        + paths.prefix();
  }

  @Override
  public LakeFile stat(String path) throws IOException {
    BlobProperties blob = properties(path);
    if (BlobListing.isFolder(blob.getMetadata())) {
      throw new FileNotFoundException(path);
    }
    if (blob.getLastModified() == null) {
      throw new AnswerRefusedException(path + ": a file without a time");
    }
    return new LakeFile(
        path, blob.getBlobSize(), blob.getLastModified().toInstant().toEpochMilli());
  }

  private BlobProperties properties(String path) throws IOException {
    BlockBlobClient blob = blob(path);
    return asking(path, () -> requests.run(unanswered -> blob.getProperties()));
  }

  @Override
  public byte[] read(String path) throws IOException {
    return ranges.read(path);
  }

  @Override
  public void readFully(String path, long position, byte[] into, int offset, int length)
      throws IOException {
    ranges.readFully(path, position, into, offset, length);
  }

  @Override
  public void create(String path, byte[] content) throws IOException {
    BlockBlobClient blob = blob(path);
    String write = UUID.randomUUID().toString();
    BlockBlobSimpleUploadOptions options =
        new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
            .setMetadata(Map.of(WRITE, write))
            .setRequestConditions(new BlobRequestConditions().setIfNoneMatch("*"));
    Failpoints.reachIo(Failpoint.LAKE_CREATING);
    try {
      put(blob, options);
    } catch (RuntimeException e) {
      if (!BlobFaults.isTaken(e)) {
        throw BlobFaults.of(e, path);
      }
      if (!write.equals(writeOf(path))) {
        throw (IOException) new FileAlreadyExistsException(path).initCause(e);
      }
    }
    Failpoints.reachIo(Failpoint.LAKE_CREATED);
  }

  /** The id of the create that made what is there. */
  private String writeOf(String path) throws IOException {
    try {
      return properties(path).getMetadata().get(WRITE);
    } catch (FileNotFoundException e) {
      throw new IOException(path + " was there, and is no more", e);
    }
  }

  @Override
  public void replace(String path, byte[] content) throws IOException {
    BlockBlobClient blob = blob(path);
    asking(path, () -> put(blob, new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))));
  }

  private boolean put(BlockBlobClient blob, BlockBlobSimpleUploadOptions options) {
    requests.run(unanswered -> blob.uploadWithResponse(options, null, Context.NONE));
    return true;
  }

  @Override
  public LakeOutput write(String path) {
    return new BlobOutput(path, blob(path), requests);
  }

  @Override
  public List<LakeFile> list(String folder, String after) throws IOException {
    return listing.list(folder, after);
  }

  @Override
  public void delete(String path) throws IOException {
    Failpoints.reachIo(Failpoint.LAKE_DELETING);
    BlockBlobClient blob = blob(path);
    asking(
        path,
        () ->
            requests.run(
                unanswered ->
                    blob.deleteIfExistsWithResponse(
                        DeleteSnapshotsOptionType.INCLUDE, null, null, Context.NONE)));
  }

  @Override
  public void deleteFolder(String path) throws IOException {
    Failpoints.reachIo(Failpoint.LAKE_DELETING);
    folders.delete(path);
  }

  private BlockBlobClient blob(String path) {
    return container.getBlobClient(paths.name(path)).getBlockBlobClient();
  }

  /** A request and what comes with it. */
  interface Asking<T> {
    T ask() throws IOException;
  }

  /** Turns the SDK's failures into those of the port. */
  static <T> T asking(String path, Asking<T> asking) throws IOException {
    try {
      return asking.ask();
    } catch (RuntimeException e) {
      throw BlobFaults.of(e, path);
    }
  }
}
