package io.prumerge.benchmark.file;

import io.prumerge.console.Setting;
import io.prumerge.source.DataException;
import io.prumerge.source.ImageFolder;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import io.prumerge.video.FrameFolder;
import io.prumerge.video.FrameFolders;
import io.prumerge.video.VideoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds folders of frames below a source by texts that may name videos. */
final class FoundVideos {

  /** Texts of a column that are looked for: on a store of objects, each look takes a while. */
  private static final int MOST = 10;

  private static final int LONGEST_NAME = 255;

  private final SourceFiles source;
  private final Map<List<String>, Boolean> known = new HashMap<>();

  FoundVideos(SourceFiles source) {
    this.source = source;
  }

  /** Returns whether most of the first texts name folders of whole frames in the given folders. */
  boolean areMost(List<String> texts) {
    List<String> given = source.folders().stream().map(Object::toString).toList();
    return !given.isEmpty()
        && known.computeIfAbsent(
            first(texts),
            names -> {
              ImageFolder folder = new ImageFolder(given.get(0), given, Setting.IMAGES);
              return 2 * open(videos(names), folder).size() > names.size();
            });
  }

  /** Returns the first folder of whole frames, at any place, that one of the first texts names. */
  Optional<FrameFolder> one(List<String> texts) {
    List<ImagePlace.Video> videos = videos(first(texts));
    List<String> names =
        videos.stream().flatMap(video -> FrameFolders.names(video).stream()).toList();
    try {
      return names.isEmpty() || source.folderWith(names).isEmpty()
          ? Optional.empty()
          : open(videos, source.imageFolder(names)).stream().findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> first(List<String> texts) {
    return texts.stream().distinct().limit(MOST).toList();
  }

  private static List<ImagePlace.Video> videos(List<String> names) {
    List<ImagePlace.Video> videos = new ArrayList<>();
    for (String name : names) {
      try {
        if (name.length() <= LONGEST_NAME) {
          videos.add(new ImagePlace.Video(name, null, null, null));
        }
      } catch (DataException e) {
        continue; // no name of a file
      }
    }
    return videos;
  }

  private List<FrameFolder> open(List<ImagePlace.Video> videos, ImageFolder folder) {
    FrameFolders folders = new FrameFolders(folder, source.hadoop());
    List<FrameFolder> open = new ArrayList<>();
    for (ImagePlace.Video video : videos) {
      try {
        open.add(folders.open(video));
      } catch (VideoException e) {
        continue; // a file, or a folder of something else
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return open;
  }
}
