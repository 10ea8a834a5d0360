package io.prumerge.finetune;

import io.prumerge.checkpoint.Sha256;
import io.prumerge.finetune.RowException.Kind;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.JsonLine;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * Training data that the driver has read through once.
 *
 * @param sha256 of the file as it is stored
 * @param rows number of rows, broken ones included
 * @param broken numbers of the rows that cannot be trained on
 * @param first the first {@value #MOST} of them
 */
record CheckedData(String sha256, int rows, BitSet broken, List<BrokenRow> first) {

  /** A bound of the driver's memory; the number of broken rows has none. */
  static final int MOST = 10_000;

  private static final int SHOWN = 5;

  CheckedData {
    first = List.copyOf(first);
  }

  /**
   * Reads all rows, and looks whether their images are there. Images are not opened.
   *
   * @param progress gets the number of rows so far
   * @throws io.prumerge.source.DataException with the line at which the file is no array of objects
   */
  static CheckedData of(DataSource source, Configuration hadoop, LongConsumer progress)
      throws IOException {
    ImageListing images = new ImageListing(source.images().get(0), hadoop);
    BitSet broken = new BitSet();
    List<BrokenRow> first = new ArrayList<>();
    int[] rows = {0};
    source.read(
        hadoop,
        (line, row) -> {
          rows[0] = row + 1;
          progress.accept(rows[0]);
          try {
            check(row, line, images);
          } catch (RowException e) {
            broken.set(row);
            if (first.size() < MOST) {
              first.add(BrokenRow.of(row, ConversationReader.id(row, line), e));
            }
          }
        });
    return new CheckedData(sha256(new Path(source.file()), hadoop), rows[0], broken, first);
  }

  private static void check(int row, JsonLine line, ImageListing images) throws RowException {
    Conversation conversation = ConversationReader.read(row, line);
    try {
      if (conversation.hasImage() && !images.has(conversation.image())) {
        throw new RowException(
            Kind.IMAGE_MISSING, "no image '" + conversation.image() + "', or it is empty");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(Path file, Configuration hadoop) throws IOException {
    try (InputStream in = file.getFileSystem(hadoop).open(file);
        DigestInputStream hashed = new DigestInputStream(in, Sha256.digest())) {
      hashed.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(hashed.getMessageDigest().digest());
    }
  }

  /** Returns the number of rows that can be trained on. */
  int usable() {
    return rows - broken.cardinality();
  }

  /** Returns one line with the number of broken rows and the first few of them. */
  String problems() {
    int shown = Math.min(SHOWN, first.size());
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows cannot be trained on: %s%s",
        broken.cardinality(),
        rows,
        String.join("; ", first.subList(0, shown).stream().map(BrokenRow::toString).toList()),
        broken.cardinality() > shown ? "; ..." : "");
  }

  /**
   * Which images there are. Lists each folder once, since a question to a remote store for each of
   * some hundred thousand images would take hours.
   */
  private static final class ImageListing {

    private final Path root;
    private final FileSystem fs;
    private final boolean here;
    private final Map<Path, Set<String>> folders = new HashMap<>();

    /**
     * @param root to which the images' names are relative
     */
    ImageListing(String root, Configuration hadoop) throws IOException {
      this.root = new Path(root);
      this.fs = this.root.getFileSystem(hadoop);
      this.here = fs.getUri().getScheme().equals("file");
    }

    /**
     * Returns whether there is a file of this name that is not empty.
     *
     * @throws io.prumerge.source.DataException if the locale keeps this JVM from looking for it
     */
    boolean has(String image) throws IOException {
      Path file = new Path(root + "/" + image);
      if (here) {
        ImageFolder.requireNameable(file);
      }
      Set<String> names = folders.get(file.getParent());
      if (names == null) {
        names = names(file.getParent());
        folders.put(file.getParent(), names);
      }
      return names.contains(file.getName());
    }

    private Set<String> names(Path folder) throws IOException {
      Set<String> names = new HashSet<>();
      try {
        RemoteIterator<FileStatus> files = fs.listStatusIterator(folder);
        while (files.hasNext()) {
          FileStatus file = files.next();
          if (file.isSymlink() || file.isFile() && file.getLen() > 0) {
            names.add(file.getPath().getName());
          }
        }
      } catch (FileNotFoundException e) {
        return Set.of(); // none of its images exists
      }
      return names;
    }
  }
}
