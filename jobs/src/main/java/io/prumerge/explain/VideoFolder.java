package io.prumerge.explain;

import io.prumerge.console.Problems;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.image.Visual;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.store.Folders;
import io.prumerge.video.FolderChoice;
import io.prumerge.video.FolderFrame;
import io.prumerge.video.FrameFolder;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.FrameProtocol;
import io.prumerge.video.VideoException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;

/** Reads a folder of a video's frames. */
final class VideoFolder {

  private final Folders folders;

  VideoFolder(Folders folders) {
    this.folders = folders;
  }

  /**
   * Reads the frames that a protocol chooses.
   *
   * @param protocol empty: the only set of chosen frames
   * @throws UsageException if there is no such folder, frame or set
   */
  Shown read(Path folder, Optional<FrameProtocol> protocol) {
    try {
      String around = String.valueOf(folder.getParent());
      FrameFolder frames =
          new FrameFolders(
                  new ImageFolder(around, List.of(around), Setting.FRAMES), folders.hadoop())
              .open(new ImagePlace.Video(folder.getName(), null, null, null));
      FrameProtocol asked = protocol.or(() -> given(frames)).orElseThrow(() -> needed(folder));
      FolderChoice chosen = frames.choose(asked, OptionalDouble.empty());
      List<byte[]> bytes = new ArrayList<>();
      for (FolderFrame frame : chosen.frames()) {
        bytes.add(bytes(new Path(folder + "/" + frame.file())));
      }
      return new Shown(folder, new Visual.Video(bytes, chosen.times()));
    } catch (VideoException | DataException | IOException | FSError e) {
      throw new UsageException(
          Wording.of("Cannot read %s %s: %s", Setting.FRAMES, folder, Problems.line(e)), e);
    }
  }

  private static Optional<FrameProtocol> given(FrameFolder frames) {
    return frames.onlySet().map(set -> FrameProtocol.parse("given:" + set));
  }

  private static UsageException needed(Path folder) {
    return new UsageException(
        Wording.of(
            "%s %s has all frames of a video: say which are shown, by %s RULE:N, such as"
                + " lmms-eval:8",
            Setting.FRAMES, folder, Setting.FRAMES_BY));
  }

  private byte[] bytes(Path file) throws IOException {
    try (InputStream in = folders.fileSystem(file).open(file)) {
      return in.readNBytes(Math.toIntExact(ImageLimits.DEFAULT.maxBytes() + 1));
    }
  }
}
