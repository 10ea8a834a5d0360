package io.prumerge.source;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.io.compress.Decompressor;

/**
 * Reads the form in which Hadoop's codecs write LZ4 and Snappy: blocks that begin with their size,
 * in pieces that begin with theirs. Hadoop's own reader takes a file that is cut off for one that
 * ends there.
 */
final class PackedBlocks extends InputStream {

  /** Compressed bytes of a piece, at most: the codecs fill buffers of 256 KiB unless told to. */
  private static final int LONGEST = 1 << 26;

  private final DataInputStream packed;
  private final Decompressor decompressor;
  private long left;

  /**
   * @param packed closed with this one
   */
  PackedBlocks(InputStream packed, Decompressor decompressor) {
    this.packed = new DataInputStream(packed);
    this.decompressor = decompressor;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      int read = left == 0 ? 0 : decompressor.decompress(bytes, start, length);
      if (read > 0) {
        left -= read;
        return read;
      }
      if (left < 0) {
        throw new IOException("a block is longer than it says");
      }
      if (left == 0 && !begin()) {
        return -1;
      }
      next();
    }
  }

  /** Begins the next block; returns whether there is one. An empty file has one of no bytes. */
  private boolean begin() throws IOException {
    int first = packed.read();
    if (first < 0) {
      return false;
    }
    left = (long) first << 24 | packed.readUnsignedByte() << 16 | packed.readUnsignedShort();
    if (left > 0) {
      return true;
    }
    if (packed.read() >= 0) {
      throw new IOException("something follows the block that ends it");
    }
    return false;
  }

  private void next() throws IOException {
    int length = packed.readInt();
    if (length <= 0 || length > LONGEST) {
      throw new IOException("it has a piece of " + length + " bytes");
    }
    byte[] piece = packed.readNBytes(length);
    if (piece.length < length) {
      throw new EOFException("it is cut off");
    }
    decompressor.reset();
    decompressor.setInput(piece, 0, length);
  }

  @Override
  public void close() throws IOException {
    decompressor.end();
    packed.close();
  }
}
