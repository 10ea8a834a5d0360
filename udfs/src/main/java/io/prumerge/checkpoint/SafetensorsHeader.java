package io.prumerge.checkpoint;

import io.prumerge.config.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file. Reading it checks every rule of the format: an 8-byte
 * little-endian header length of at most 100 MB, a JSON object of that length without a key twice,
 * known types, sizes that match shapes, and tensors that cover the rest of the file without gap or
 * overlap. Reference: the safetensors crate, {@code safetensors/src/tensor.rs}.
 *
 * @param tensors in the order of their bytes, named as the file names them
 * @param metadata free texts of the writer, by key
 */
public record SafetensorsHeader(List<TensorEntry> tensors, Map<String, String> metadata) {

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final long MAX_HEADER_BYTES = 100_000_000;

  public SafetensorsHeader {
    tensors = List.copyOf(tensors);
    metadata = Map.copyOf(metadata);
  }

  /** Reads and checks the header; the data is not touched. */
  public static SafetensorsHeader read(Path file) {
    String name = file.getFileName().toString();
    try (FileChannel channel = FileChannel.open(file)) {
      long fileBytes = channel.size();
      long headerBytes = headerBytes(name, channel, fileBytes);
      String json = utf8(name, FileBytes.read(channel, LENGTH_BYTES, (int) headerBytes));
      long dataStart = LENGTH_BYTES + headerBytes;
      SafetensorsParser parser = new SafetensorsParser(file, dataStart);
      parser.parse(json);
      return new SafetensorsHeader(
          contiguous(name, parser.tensors(), dataStart, fileBytes), parser.metadata());
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + name + ": " + e, e);
    }
  }

  private static long headerBytes(String name, FileChannel channel, long fileBytes)
      throws IOException {
    if (fileBytes < LENGTH_BYTES) {
      throw new CheckpointException(
          name + " has " + fileBytes + " bytes, too few for a safetensors header");
    }
    long headerBytes = FileBytes.read(channel, 0, LENGTH_BYTES).getLong();
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw new CheckpointException(
          name
              + " states a header of "
              + Long.toUnsignedString(headerBytes)
              + " bytes; safetensors allows "
              + MAX_HEADER_BYTES
              + ", so this is another format or a damaged file");
    }
    if (headerBytes > fileBytes - LENGTH_BYTES) {
      throw new CheckpointException(
          name
              + " states a header of "
              + headerBytes
              + " bytes but ends after "
              + (fileBytes - LENGTH_BYTES)
              + "; the file is truncated");
    }
    return headerBytes;
  }

  private static String utf8(String name, ByteBuffer bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(name + " has a header that is not UTF-8", e);
    }
  }

  private static List<TensorEntry> contiguous(
      String name, List<TensorEntry> tensors, long dataStart, long fileBytes) {
    List<TensorEntry> sorted =
        tensors.stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::offset)
                    .thenComparingLong(TensorEntry::bytes)
                    .thenComparing(TensorEntry::name))
            .toList();
    long end = dataStart;
    for (TensorEntry tensor : sorted) {
      if (tensor.offset() != end) {
        throw new CheckpointException(
            name
                + ": tensor '"
                + tensor.name()
                + "' begins at byte "
                + (tensor.offset() - dataStart)
                + " of the data but the tensors before it end at "
                + (end - dataStart));
      }
      end += tensor.bytes();
    }
    if (end != fileBytes) {
      throw new CheckpointException(
          name
              + ": the tensors end at byte "
              + (end - dataStart)
              + " of the data but the file holds "
              + (fileBytes - dataStart)
              + "; it is truncated or has trailing bytes");
    }
    return sorted;
  }
}
