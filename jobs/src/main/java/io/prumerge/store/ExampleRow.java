package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.StructColumn;
import java.util.List;

/**
 * An image, the images of one prompt, or a video, with its questions; a row of {@link
 * Table#EXAMPLES}.
 *
 * @param benchmark its name
 * @param split the benchmark's split
 * @param imageId file name under the image folder; of several a JSON array; of a video its name,
 *     with {@code #t=START,END} behind it for a part of it; null for text alone
 * @param image the first one's bytes; null if the file is missing, and of a video
 * @param imageSha256 of the bytes; of several images, or of a video's frames, of their hashes, 32
 *     bytes each, in order; null if one is missing. A run computes a missing one and refuses a
 *     wrong one
 * @param width in pixels, of {@code image} or of a video's first frame; null if missing or broken
 * @param height likewise
 * @param questions about the image or images
 * @param moreImages the prompt's further images; null with one image or none. Tables may lack it
 * @param video with its frames; null for images and text. Tables may lack it
 */
public record ExampleRow(
    String benchmark,
    String split,
    String imageId,
    byte[] image,
    String imageSha256,
    Integer width,
    Integer height,
    List<ExampleQuestion> questions,
    @AddedLater List<byte[]> moreImages,
    @AddedLater @StructColumn ExampleVideo video) {}
