package io.prumerge.checkpoint;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.lang.ref.Cleaner;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * SHA-256 by the OpenSSL of the system.
 *
 * <p>The JDK's own is as fast only where the JVM's second compiler runs, which has the processor's
 * instructions for it; {@code bin/prumerge-spark} turns that compiler off on processors, and there
 * the JDK's takes 20 seconds for 2.7 GB, and this one two.
 */
final class OpenSslSha256 extends MessageDigest {

  private static final Cleaner CLEANER = Cleaner.create();
  private static final Optional<LibCrypto> LIBRARY = load();
  private static final int BYTES = 32;

  /** Functions of OpenSSL 1.1 and 3, which return 1 where they succeed. */
  interface LibCrypto extends Library {
    Pointer EVP_sha256();

    Pointer EVP_MD_CTX_new();

    int EVP_DigestInit_ex(Pointer context, Pointer type, Pointer engine);

    int EVP_DigestUpdate(Pointer context, Buffer data, NativeLong bytes);

    int EVP_DigestFinal_ex(Pointer context, byte[] digest, int[] bytes);

    void EVP_MD_CTX_free(Pointer context);
  }

  private final LibCrypto library;
  private final Pointer context;

  private OpenSslSha256(LibCrypto library) {
    super("SHA-256");
    this.library = library;
    this.context = require(library.EVP_MD_CTX_new());
    CLEANER.register(this, free(library, context));
    engineReset();
  }

  /** Returns a new digest of no input yet; none where there is no such library. */
  static Optional<MessageDigest> open() {
    return LIBRARY.map(OpenSslSha256::new);
  }

  // Not a lambda of an instance, which would keep the instance.
  private static Runnable free(LibCrypto library, Pointer context) {
    return () -> library.EVP_MD_CTX_free(context);
  }

  // Elsewhere the name may be of a library that ends a process which asks for it.
  private static Optional<LibCrypto> load() {
    if (!Platform.isLinux()) {
      return Optional.empty();
    }
    try {
      LibCrypto library = Native.load("crypto", LibCrypto.class);
      new OpenSslSha256(library).digest(); // older ones have other functions
      return Optional.of(library);
    } catch (LinkageError | IllegalStateException e) {
      return Optional.empty();
    }
  }

  @Override
  protected int engineGetDigestLength() {
    return BYTES;
  }

  @Override
  protected void engineReset() {
    require(library.EVP_DigestInit_ex(context, require(library.EVP_sha256()), Pointer.NULL));
  }

  @Override
  protected void engineUpdate(byte input) {
    engineUpdate(new byte[] {input}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] input, int offset, int length) {
    engineUpdate(ByteBuffer.wrap(input, offset, length).slice());
  }

  @Override
  protected void engineUpdate(ByteBuffer input) {
    require(library.EVP_DigestUpdate(context, input.slice(), new NativeLong(input.remaining())));
    input.position(input.limit());
  }

  @Override
  protected byte[] engineDigest() {
    byte[] digest = new byte[BYTES];
    require(library.EVP_DigestFinal_ex(context, digest, null));
    engineReset();
    return digest;
  }

  private static void require(int succeeded) {
    if (succeeded != 1) {
      throw new IllegalStateException("OpenSSL computes no SHA-256");
    }
  }

  private static Pointer require(Pointer given) {
    require(given == null ? 0 : 1);
    return given;
  }
}
