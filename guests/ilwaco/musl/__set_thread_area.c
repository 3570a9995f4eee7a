/* Called once, for the first thread; clone() sets the others'. */
#include "pthread_impl.h"

int __set_thread_area(void *p) {
    ilwaco_thread_pointer = (uintptr_t)p;
    return 0;
}
