# A 64-bit dividend whose upper half may be anything.
        div     ecx
        ret
# 0x1000: f7 f1 c3
