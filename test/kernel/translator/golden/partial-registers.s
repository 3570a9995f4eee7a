# A write of 8 or 16 bits leaves the rest of the register as it was.
        mov     al, bh
        mov     ah, 5
        mov     cx, dx
        add     bl, cl
        ret
# 0x1000: 88 f8 b4 05 66 89 d1 00 cb c3
