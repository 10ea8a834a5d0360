package io.prumerge.pickle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode, and archives around them as torch.save does. */
final class TorchFileBytes {

  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();

  /** A pickle of protocol 2 that has nothing yet. */
  static TorchFileBytes pickle() {
    return new TorchFileBytes().raw(0x80, 2);
  }

  TorchFileBytes raw(int... bytes) {
    for (int value : bytes) {
      pickle.write(value);
    }
    return this;
  }

  TorchFileBytes raw(String ascii) {
    pickle.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    return this;
  }

  TorchFileBytes text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return raw("X").number(bytes.length).raw(text);
  }

  private TorchFileBytes number(int value) {
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    return this;
  }

  TorchFileBytes integer(int value) {
    return raw("J").number(value);
  }

  TorchFileBytes global(String module, String name) {
    return raw("c" + module + "\n" + name + "\n");
  }

  /** A tuple of what was pushed since {@code (}. */
  TorchFileBytes tuple(int... integers) {
    raw("(");
    for (int value : integers) {
      integer(value);
    }
    return raw("t");
  }

  TorchFileBytes storage(String kind, String key, int elements) {
    return raw("(")
        .text("storage")
        .global("torch", kind)
        .text(key)
        .text("cpu")
        .integer(elements)
        .raw("tQ");
  }

  /** A tensor of a FloatStorage. */
  TorchFileBytes tensor(String key, int elements, int offset, int[] shape, int[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .raw("(")
        .storage("FloatStorage", key, elements)
        .integer(offset)
        .tuple(shape)
        .tuple(strides)
        .raw(0x89)
        .global("collections", "OrderedDict")
        .raw(")Rt")
        .raw("R");
  }

  byte[] end() {
    return raw(".").pickle.toByteArray();
  }

  /** An archive with the pickle and one storage {@code 0} of so many bytes. */
  static void write(Path file, byte[] pickle, int storageBytes) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      stored(zip, "archive/data.pkl", pickle);
      byte[] storage = new byte[storageBytes];
      for (int i = 0; i < storageBytes; i++) {
        storage[i] = (byte) i;
      }
      stored(zip, "archive/data/0", storage);
    }
  }

  static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
