package io.prumerge.plan;

import io.prumerge.image.PatchGrid;

/**
 * What methods see of a prompt's images before they look at evidence.
 *
 * @param grid the patches of one view
 * @param views of all images
 * @param images all of which are alike
 * @param tokens that all of them give without reduction
 */
record ImageLook(PatchGrid grid, int views, int images, int tokens) {}
