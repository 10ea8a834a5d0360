package io.prumerge.prepare;

import io.prumerge.engine.ErrorKind;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.lang.Optionals;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ImageReader;
import io.prumerge.store.ExampleVideo;
import io.prumerge.store.VideoFrame;
import io.prumerge.store.VideoProtocol;
import io.prumerge.video.FolderChoice;
import io.prumerge.video.FolderFrame;
import io.prumerge.video.FrameFolder;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.VideoException;
import io.prumerge.video.VideoLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;

/**
 * A video, as a row of the examples table has it.
 *
 * @param video with the frames that all protocols chose, each once
 * @param info of the first frame; nothing without
 * @param sha256 the hash of the frames' hashes, 32 bytes each, in their order; nothing without
 */
record RowVideo(ExampleVideo video, Optional<ImageInfo> info, Optional<String> sha256) {

  /**
   * Reads a video's frames.
   *
   * @throws UncheckedIOException if the file system fails
   */
  static RowVideo read(
      ImagePlace.Video place,
      NamedSplit table,
      FrameFolders folders,
      ImageReader reader,
      RowMemory memory) {
    try {
      return read(place, table, folders.open(place), reader, memory);
    } catch (VideoException e) {
      return without(place, e.error());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RowVideo without(ImagePlace.Video place, String error) {
    return new RowVideo(
        new ExampleVideo(
            place.name(), null, place.fps(), place.start(), place.end(), false, null, null, error),
        Optional.empty(),
        Optional.empty());
  }

  private static RowVideo read(
      ImagePlace.Video place,
      NamedSplit table,
      FrameFolder folder,
      ImageReader reader,
      RowMemory memory)
      throws VideoException, IOException {
    Map<FrameProtocol, FolderChoice> chosen = new LinkedHashMap<>();
    Map<FrameProtocol, String> errors = new LinkedHashMap<>();
    TreeSet<FolderFrame> union = new TreeSet<>();
    for (FrameProtocol protocol : table.protocols()) {
      try {
        FolderChoice choice = folder.choose(protocol, table.assumedRate());
        chosen.put(protocol, choice);
        union.addAll(choice.frames());
      } catch (VideoException e) {
        errors.put(protocol, e.error());
      }
    }
    if (union.size() > VideoLimits.MOST_FRAMES) {
      throw new VideoException(
          ErrorKind.VIDEO_TOO_LARGE,
          Text.format(
              "%,d frames are asked for, and a row has at most %,d",
              union.size(), VideoLimits.MOST_FRAMES));
    }
    List<FolderFrame> order = List.copyOf(union);
    Map<FolderFrame, Integer> places = new LinkedHashMap<>();
    order.forEach(frame -> places.put(frame, places.size()));
    List<VideoProtocol> protocols = new ArrayList<>();
    for (FrameProtocol protocol : table.protocols()) {
      Optional<FolderChoice> choice = Optional.ofNullable(chosen.get(protocol));
      protocols.add(
          new VideoProtocol(
              protocol.rule().label(),
              Optionals.orNull(protocol.number().frames()),
              Optionals.orNull(protocol.number().rate()),
              choice.map(one -> one.frames().stream().map(places::get).toList()).orElse(null),
              errors.get(protocol),
              choice.map(FolderChoice::fps).orElse(null),
              choice.map(FolderChoice::assumed).orElse(false)));
    }
    return read(place, table, folder, reader, memory, order, protocols);
  }

  private static RowVideo read(
      ImagePlace.Video place,
      NamedSplit table,
      FrameFolder folder,
      ImageReader reader,
      RowMemory memory,
      List<FolderFrame> order,
      List<VideoProtocol> protocols)
      throws VideoException, IOException {
    Optional<ImageInfo> info = Optional.empty();
    List<VideoFrame> frames = new ArrayList<>();
    List<byte[]> hashed = new ArrayList<>();
    long bytes = 0;
    for (FolderFrame frame : order) {
      byte[] image = bytes(folder.place(frame), frame, table, reader);
      ImageInfo size = size(image, frame, table);
      info = info.or(() -> Optional.of(size));
      bytes += image.length;
      if (bytes > VideoLimits.MOST_BYTES) {
        throw new VideoException(
            ErrorKind.VIDEO_TOO_LARGE,
            Text.format(
                "%,d frames are asked for, which have more than %,d bytes, the most of a row",
                order.size(), VideoLimits.MOST_BYTES));
      }
      hashed.add(image);
      memory.require(bytes, hashed.size(), order.size(), place.id());
      frames.add(
          new VideoFrame(frame.index(), frame.seconds(), table.headersOnly() ? null : image));
    }
    OptionalDouble own = folder.ownRate();
    boolean assumed =
        folder.sourceFrames().isPresent() && own.isEmpty() && table.assumedRate().isPresent();
    return new RowVideo(
        new ExampleVideo(
            place.name(),
            Optionals.orNull(folder.sourceFrames()),
            Optionals.orNull(assumed ? table.assumedRate() : own),
            place.start(),
            place.end(),
            assumed,
            frames,
            protocols,
            null),
        info,
        hashed.isEmpty() ? Optional.empty() : Optional.of(RowPictures.sha256OfAll(hashed)));
  }

  /** Returns a frame, for plans only its beginning. */
  private static byte[] bytes(
      ImagePlace place, FolderFrame frame, NamedSplit table, ImageReader reader)
      throws VideoException, IOException {
    int most = table.headersOnly() ? RowPictures.HEADER_BYTES : RowPictures.MAX_BYTES;
    Optional<byte[]> image;
    try {
      image = reader.beginning(place, most);
    } catch (DataException e) {
      if (!place.ownFile()) {
        throw e; // of a table that cannot be read, not of this video
      }
      // a link out of the given folders, or a name that is no path
      throw new VideoException(ErrorKind.VIDEO_CORRUPT, e.getMessage());
    }
    if (image.isEmpty()) {
      throw new VideoException(ErrorKind.VIDEO_CORRUPT, "The frame " + frame.file() + " is empty");
    }
    return table.turned() && !table.headersOnly() ? RowPictures.upright(image.get()) : image.get();
  }

  private static ImageInfo size(byte[] image, FolderFrame frame, NamedSplit table)
      throws VideoException {
    try {
      return RowPictures.check(image, table.turned() && table.headersOnly(), table.headersOnly());
    } catch (ImageException e) {
      throw new VideoException(
          ErrorKind.VIDEO_CORRUPT, Text.format("The frame %s: %s", frame.file(), e.getMessage()));
    }
  }
}
