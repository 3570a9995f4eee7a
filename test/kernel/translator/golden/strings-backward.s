# As in the C library's memmove, where ranges overlap: from the upper end down. The three instructions are translated as one.
        std
        rep movsb
        cld
        ret
# 0x1000: fd f3 a4 fc c3
