package io.deltamirror.core.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.identity.DefaultAzureCredentialBuilder;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** An account of Azure storage, and how to prove who asks. */
public sealed interface StorageAccount {
  /** The environment variable that holds a connection string; a secret. */
  String VARIABLE = "MIRROR_STORAGE_CONNECTION";

  /** Hosts that need no encryption. */
  Set<String> HERE = Set.of("127.0.0.1", "localhost", "[::1]");

  /**
   * By Entra ID: the managed identity in Azure, the developer's own sign-in elsewhere.
   *
   * @param endpoint of one service of the account, {@code https}
   */
  record ByIdentity(URI endpoint) implements StorageAccount {
    /** What proves it; asks for nothing before it is used. */
    public TokenCredential credential() {
      return new DefaultAzureCredentialBuilder().build();
    }
  }

  /**
   * By a connection string: for Azurite, and where there is no identity.
   *
   * @param text a secret
   */
  record ByConnection(String text) implements StorageAccount {
    /** Without the secret. */
    @Override
    public String toString() {
      return VARIABLE;
    }
  }

  /**
   * The account that {@link #VARIABLE} names.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT} when it is missing
   */
  static StorageAccount of(Map<String, String> environment) {
    String text = environment.getOrDefault(VARIABLE, "").strip();
    if (text.isEmpty()) {
      throw new MirrorException(ErrorCode.INVALID_ARGUMENT, VARIABLE + " is not set");
    }
    return new ByConnection(text);
  }

  /**
   * Refuses an endpoint to which data would travel unencrypted over a network.
   *
   * @throws MirrorException {@code INVALID_ARGUMENT}
   */
  static void checkEncrypted(String endpoint) {
    URI address = URI.create(endpoint);
    boolean here = HERE.contains(String.valueOf(address.getHost()));
    if (!"https".equals(address.getScheme()) && !here) {
      throw new MirrorException(
          ErrorCode.INVALID_ARGUMENT, VARIABLE + " names an endpoint that is not https");
    }
  }

  /**
   * What the SDK says of a connection string that it cannot read repeats it, so that is not passed
   * on.
   */
  static MirrorException unreadable() {
    return new MirrorException(
        ErrorCode.INVALID_ARGUMENT, VARIABLE + " is not a connection string of a storage account");
  }
}
