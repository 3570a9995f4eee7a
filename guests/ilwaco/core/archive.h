/* The root file system of the image: an archive in POSIX's ustar format, linked in at `image_root`. */
#ifndef ILWACO_ARCHIVE_H
#define ILWACO_ARCHIVE_H

/* Makes its directories, files and links part of the tree. The contents stay where they are. */
void archive_start(void);

#endif
