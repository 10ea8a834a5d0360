package io.prumerge.image.codec;

import java.io.EOFException;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An ImageIO stream over an array, without a disk cache. Reading past the end is an {@link
 * EOFException}, so that a truncated file cannot pass for a complete one.
 */
final class ImageByteStream extends ImageInputStreamImpl {
  private final byte[] bytes;

  ImageByteStream(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    read(one, 0, 1);
    return one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int count) throws IOException {
    checkClosed();
    bitOffset = 0;
    if (count > 0 && streamPos >= bytes.length) {
      throw new EOFException("the file is truncated");
    }
    int read = (int) Math.min(count, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, from, read);
    streamPos += read;
    return read;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
