package io.prumerge.video;

import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.UnicodeForms;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** Finds videos' folders of frames, on any Hadoop file system. Runs on executors. */
public final class FrameFolders {

  private static final String ENDING = "\\.[A-Za-z0-9]{1,5}$";
  private static final int MOST_JSON = 1 << 16;

  private final ImageFolder folder;
  private final Configuration hadoop;

  /**
   * @param folder that videos' names are relative to
   */
  public FrameFolders(ImageFolder folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = hadoop;
  }

  /** Returns the names that a video's folder may have: its own, and that without an ending. */
  public static List<String> names(ImagePlace.Video video) {
    return Stream.of(video.name(), video.name().replaceFirst(ENDING, "")).distinct().toList();
  }

  /**
   * Opens a video's folder; none if its row holds its frames.
   *
   * @throws VideoException if there is none, or none with whole frames
   * @throws IOException if the file system fails
   */
  public FrameFolder open(ImagePlace.Video video) throws VideoException, IOException {
    if (video.frames() != null) {
      return FrameFolder.of(video);
    }
    Optional<Path> file = Optional.empty();
    for (String name : names(video)) {
      for (Path place : places(name)) {
        FileSystem fs = place.getFileSystem(hadoop);
        Optional<FileStatus> found = status(fs, place);
        if (found.isPresent() && found.get().isDirectory()) {
          List<String> files = files(fs, place, name);
          Optional<byte[]> json =
              files.contains(AllFrames.JSON)
                  ? Optional.of(json(name + "/" + AllFrames.JSON))
                  : Optional.empty();
          return FrameFolder.of(video, name, files, json);
        }
        if (found.isPresent() && file.isEmpty()) {
          file = Optional.of(place);
        }
      }
    }
    if (file.isPresent()) {
      throw new VideoException(ErrorKind.VIDEO_UNSUPPORTED, remedy(file.get()));
    }
    throw new VideoException(
        ErrorKind.VIDEO_MISSING,
        "There is no folder of frames "
            + String.join(" or ", names(video))
            + UnicodeForms.remark(folder.all(), video.name(), hadoop));
  }

  private static String remedy(Path place) {
    boolean local = "file".equals(place.toUri().getScheme());
    String file = local ? place.toUri().getPath() : place.getName();
    String folder = file.replaceFirst(ENDING, "");
    if (folder.equals(file)) {
      folder = file + ".frames";
    }
    return Text.format(
        "'%s' is a file, and only folders of frames are read; make one of all its frames%s: mkdir"
            + " '%s' && ffmpeg -i '%s' -fps_mode passthrough '%s/%%06d.png'",
        local ? file : place,
        local ? "" : ", of a copy on a disk, and copy it there",
        folder,
        file,
        folder);
  }

  private List<Path> places(String name) throws IOException, VideoException {
    try {
      return folder.files(name, hadoop);
    } catch (DataException e) { // a link out of the given folders
      throw new VideoException(ErrorKind.VIDEO_MISSING, e.getMessage());
    }
  }

  private static Optional<FileStatus> status(FileSystem fs, Path place) throws IOException {
    try {
      return Optional.of(fs.getFileStatus(place));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static List<String> files(FileSystem fs, Path folder, String name)
      throws IOException, VideoException {
    List<String> files = new ArrayList<>();
    RemoteIterator<FileStatus> all = fs.listStatusIterator(folder);
    while (all.hasNext()) {
      FileStatus one = all.next();
      if (!one.isDirectory()) {
        files.add(one.getPath().getName());
      }
      if (files.size() > VideoLimits.MOST_FILES) {
        throw new VideoException(
            ErrorKind.VIDEO_TOO_LARGE,
            Text.format("The folder %s has more than %,d files", name, VideoLimits.MOST_FILES));
      }
    }
    return files;
  }

  private byte[] json(String name) throws IOException, VideoException {
    for (Path file : places(name)) {
      try (InputStream in = file.getFileSystem(hadoop).open(file)) {
        byte[] text = in.readNBytes(MOST_JSON + 1);
        if (text.length <= MOST_JSON) {
          return text;
        }
        throw new VideoException(
            ErrorKind.VIDEO_CORRUPT, Text.format("%s is longer than %,d bytes", name, MOST_JSON));
      } catch (FileNotFoundException e) {
        continue; // another folder may have it
      }
    }
    throw new VideoException(ErrorKind.VIDEO_MISSING, "There is no file " + name);
  }
}
