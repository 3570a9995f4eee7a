# A jump to another function, which returns for this one.
        call    other
        add     eax, 1
        jmp     other
other:  add     eax, eax
        ret
# 0x1000: e8 05 00 00 00 83 c0 01 eb 00 01 c0 c3
