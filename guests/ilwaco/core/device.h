/* Device nodes of /dev that are no terminals: what reading one gives. What is written to one is gone. */
#ifndef ILWACO_DEVICE_H
#define ILWACO_DEVICE_H

#include <stddef.h>

struct device {
    long (*read)(void *, size_t); /* Null for the console. */
};

/* Makes /dev, /tmp and what else programs expect to be there. */
void devices_start(void);

#endif
