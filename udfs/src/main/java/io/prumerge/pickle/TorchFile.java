package io.prumerge.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads where a file of torch.save (1.6 or later) keeps its tensors. The file is a zip archive:
 * {@code ROOT/data.pkl}, the pickled state dictionary; {@code ROOT/data/KEY}, the storages as they
 * are in memory, not compressed; {@code ROOT/byteorder}. Reference: torch 2.7.1, {@code
 * torch/serialization.py}, {@code torch/_utils.py}.
 */
public final class TorchFile {

  /** A 13B model's shard has some 100 KB. */
  private static final int MOST_PICKLE_BYTES = 32 << 20;

  private static final String PICKLE = "data.pkl";
  // torch.save's magic number as the pickle with which files before torch 1.6 begin.
  private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8A, 10, 0x6C, (byte) 0xFC};
  private static final byte[] ZIP = {'P', 'K'};

  private final ZipFile zip;
  private final String root;
  private final long fileBytes;

  private TorchFile(ZipFile zip, String root, long fileBytes) {
    this.zip = zip;
    this.root = root;
    this.fileBytes = fileBytes;
  }

  /**
   * Finds the tensors of a state dictionary, in its order.
   *
   * @throws PickleException saying what in the file is not allowed or damaged
   * @throws IOException if the file cannot be read
   */
  public static List<SavedTensor> read(Path file) throws IOException {
    requireZip(file);
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      return new TorchFile(zip, root(zip), Files.size(file)).tensors();
    } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
      // The library's own checks of sizes and offsets.
      throw new PickleException("its zip archive is damaged: " + e.getMessage(), e);
    }
  }

  private static void requireZip(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(LEGACY.length);
    }
    if (Arrays.equals(start, LEGACY)) {
      throw new PickleException(
          "it is in the form of torch before 1.6, which is not read; load it with torch and save it"
              + " again");
    }
    if (!Arrays.equals(start, 0, Math.min(ZIP.length, start.length), ZIP, 0, ZIP.length)) {
      throw new PickleException("it is no zip archive of torch.save");
    }
  }

  /** Returns the folder of data.pkl in the archive, with its slash. */
  private static String root(ZipFile zip) {
    List<String> roots =
        Collections.list(zip.getEntries()).stream()
            .map(ZipArchiveEntry::getName)
            .filter(name -> name.endsWith("/" + PICKLE))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .filter(folder -> folder.indexOf('/') == folder.length() - 1)
            .toList();
    if (roots.size() != 1) {
      throw new PickleException("its archive has " + roots.size() + " files data.pkl instead of 1");
    }
    return roots.get(0);
  }

  private List<SavedTensor> tensors() throws IOException {
    ZipArchiveEntry order = zip.getEntry(root + "byteorder");
    if (order != null && !text(order).equals("little")) {
      throw new PickleException("its numbers are not little-endian");
    }
    Object value = Unpickler.value(bytes(zip.getEntry(root + PICKLE), MOST_PICKLE_BYTES));
    if (!(value instanceof PickleDictionary state)) {
      throw new PickleException("it holds no dictionary of tensors");
    }
    List<SavedTensor> tensors = new ArrayList<>();
    for (Map.Entry<String, Object> entry : state.entries().entrySet()) {
      if (!(entry.getValue() instanceof View view)) {
        throw new PickleException("its entry '" + entry.getKey() + "' is no tensor");
      }
      tensors.add(
          new SavedTensor(
              entry.getKey(),
              view.storage().type(),
              view.shape(),
              steps(view),
              start(view.storage()) + view.offset() * view.storage().type().bytes()));
    }
    return tensors;
  }

  /** Returns the strides, 0 for dimensions along which no step is ever taken. */
  private static List<Long> steps(View view) {
    return IntStream.range(0, view.shape().size())
        .mapToObj(i -> view.shape().get(i) > 1 ? view.strides().get(i) : 0L)
        .toList();
  }

  /** Returns where a storage begins in the file. */
  private long start(TensorStorage storage) {
    String name = root + "data/" + storage.key();
    ZipArchiveEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new PickleException("its archive lacks the storage " + name);
    }
    requireStored(entry);
    long size = entry.getSize();
    long start = entry.getDataOffset();
    if (size / storage.type().bytes() < storage.elements()
        || start < 0
        || start > fileBytes - size) {
      throw new PickleException(
          "its storage "
              + name
              + " of "
              + size
              + " bytes does not hold "
              + storage.elements()
              + " elements of "
              + storage.type().bytes()
              + " bytes");
    }
    return start;
  }

  private String text(ZipArchiveEntry entry) throws IOException {
    return new String(bytes(entry, PICKLE.length()), StandardCharsets.US_ASCII);
  }

  /** What is stored as it is cannot unpack to more than the file has. */
  private static void requireStored(ZipArchiveEntry entry) {
    if (entry.getMethod() != ZipEntry.STORED) {
      throw new PickleException("its " + entry.getName() + " is compressed, as torch never does");
    }
  }

  private byte[] bytes(ZipArchiveEntry entry, int most) throws IOException {
    requireStored(entry);
    if (entry.getSize() > most) {
      throw new PickleException(
          "its " + entry.getName() + " has " + entry.getSize() + " bytes, more than " + most);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes(most);
    }
  }
}
