package io.prumerge.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.prumerge.config.CheckpointException;
import io.prumerge.location.CauseText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
      Parser parser = new Parser(file, dataStart);
      parser.parse(json);
      return new SafetensorsHeader(
          contiguous(name, parser.tensors(), dataStart, fileBytes), parser.metadata());
    } catch (IOException e) {
      throw new CheckpointException("Cannot read " + name + ": " + CauseText.of(e), e);
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

  /**
   * Parses the JSON of one safetensors header: name -> dtype, shape and data_offsets. It checks
   * each tensor separately. Unknown keys of a tensor are ignored, as in the reference.
   */
  private static final class Parser {
    private static final JsonFactory JSON =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final Path file;
    private final String name;
    private final long dataStart;
    private final List<TensorEntry> tensors = new ArrayList<>();
    private final Map<String, String> metadata = new HashMap<>();

    Parser(Path file, long dataStart) {
      this.file = file;
      this.name = file.getFileName().toString();
      this.dataStart = dataStart;
    }

    List<TensorEntry> tensors() {
      return tensors;
    }

    Map<String, String> metadata() {
      return metadata;
    }

    void parse(String header) throws IOException {
      if (!header.startsWith("{")) {
        throw new CheckpointException(name + " has a header that is no JSON object");
      }
      try (JsonParser json = JSON.createParser(header)) {
        json.nextToken();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          if (key.equals("__metadata__")) {
            metadata(json);
          } else {
            tensors.add(tensor(key, json));
          }
        }
        if (json.nextToken() != null) {
          throw new CheckpointException(name + " has more after its header's JSON object");
        }
      } catch (JsonProcessingException e) {
        throw new CheckpointException(
            name + " has a header that is not valid JSON: " + CauseText.ofSyntax(e), e);
      }
    }

    private void metadata(JsonParser json) throws IOException {
      expect(json.currentToken() == JsonToken.START_OBJECT, "__metadata__", "must be an object");
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        expect(
            json.nextToken() == JsonToken.VALUE_STRING, "__metadata__", "must hold only strings");
        metadata.put(key, json.getText());
      }
    }

    private TensorEntry tensor(String tensor, JsonParser json) throws IOException {
      expect(json.currentToken() == JsonToken.START_OBJECT, tensor, "must be an object");
      String dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> {
            expect(json.currentToken() == JsonToken.VALUE_STRING, tensor, "has no text as dtype");
            dtype = json.getText();
          }
          case "shape" -> shape = sizes(tensor, key, json);
          case "data_offsets" -> offsets = sizes(tensor, key, json);
          default -> json.skipChildren();
        }
      }
      expect(dtype != null, tensor, "has no dtype");
      expect(shape != null, tensor, "has no shape");
      expect(offsets != null, tensor, "has no data_offsets");
      expect(offsets.size() == 2, tensor, "must have two data_offsets but has " + offsets.size());
      return entry(tensor, type(tensor, dtype), shape, offsets.get(0), offsets.get(1));
    }

    private List<Long> sizes(String tensor, String key, JsonParser json) throws IOException {
      expect(json.currentToken() == JsonToken.START_ARRAY, tensor, key + " must be a list");
      List<Long> sizes = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean size =
            json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getLongValue() >= 0;
        expect(size, tensor, key + " must hold integers of at least 0 but holds " + json.getText());
        sizes.add(json.getLongValue());
      }
      return sizes;
    }

    private TensorType type(String tensor, String dtype) {
      try {
        return TensorType.valueOf(dtype);
      } catch (IllegalArgumentException e) {
        throw new CheckpointException(
            name
                + ": tensor '"
                + tensor
                + "' has unknown dtype '"
                + dtype
                + "'; known: "
                + List.of(TensorType.values()),
            e);
      }
    }

    private TensorEntry entry(
        String tensor, TensorType type, List<Long> shape, long begin, long end) {
      long bytes = type.bytes();
      try {
        for (long size : shape) {
          bytes = Math.multiplyExact(bytes, size);
        }
      } catch (ArithmeticException e) {
        throw new CheckpointException(
            name + ": tensor '" + tensor + "' has shape " + shape + ", whose size overflows", e);
      }
      expect(
          end >= begin && end - begin == bytes && begin <= Long.MAX_VALUE - dataStart,
          tensor,
          "of type "
              + type
              + " and shape "
              + shape
              + " takes "
              + bytes
              + " bytes but has data_offsets ["
              + begin
              + ", "
              + end
              + "]");
      return new TensorEntry(tensor, type, shape, file, dataStart + begin, bytes);
    }

    private void expect(boolean holds, String tensor, String problem) {
      if (!holds) {
        throw new CheckpointException(name + ": tensor '" + tensor + "' " + problem);
      }
    }
  }
}
